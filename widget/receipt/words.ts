import { receiptWords } from '../../shared/i18n/receipt.en.ts';
import { speaker } from '../i18n.ts';

/** Speaks the words of the receipts' page. */
export const say = speaker(receiptWords);

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeStyle: 'long' });
/** The reader's own time, with the name of its zone: it is a proof. */
export const when = (at: number): string => moment.format(at);
