import { afterEn } from '../../../shared/i18n/desk/after.en.ts';
import { wordsOf } from '../../i18n.ts';

export const a = wordsOf(afterEn);
