import { deskEn } from '../../shared/i18n/desk/desk.en.ts';
import { wordsOf } from '../i18n.ts';

/** The words of the desk's frame. */
export const d = wordsOf(deskEn);
