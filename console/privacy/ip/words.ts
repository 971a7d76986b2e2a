import { ipEn } from '../../../shared/i18n/desk/ip.en.ts';
import { wordsOf } from '../../i18n.ts';

export const i = wordsOf(ipEn);
