import { deskPapersEn } from '../../../shared/i18n/desk/papers.en.ts';
import { wordsOf } from '../../i18n.ts';

export const p = wordsOf(deskPapersEn);
