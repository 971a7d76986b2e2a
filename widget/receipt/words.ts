import { receiptWords } from '../../shared/i18n/receipt.en.ts';
import type { Refusal } from '../http.ts';
import { speaker } from '../i18n.ts';
import { refusalWords, type Wish } from '../rights/words.ts';

/** Speaks the words of the receipts' page. */
export const say = speaker(receiptWords);

/** Why what was asked for is not done. */
export const whyNot = (refusal: Refusal, wish?: Wish): string => refusalWords(refusal, say('unknown'), wish);

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeStyle: 'long' });
/** The reader's own time, with the name of its zone: it is a proof. */
export const when = (at: number): string => moment.format(at);
