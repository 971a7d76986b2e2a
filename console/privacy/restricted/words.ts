import { restrictedEn } from '../../../shared/i18n/desk/restricted.en.ts';
import { wordsOf } from '../../i18n.ts';

export const w = wordsOf(restrictedEn);
