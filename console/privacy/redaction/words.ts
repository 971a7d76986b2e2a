import { redactionEn } from '../../../shared/i18n/desk/redaction.en.ts';
import { wordsOf } from '../../i18n.ts';

export const x = wordsOf(redactionEn);
