import { rightsWords } from '../../shared/i18n/widget.rights.en.ts';
import type { Refusal } from '../http.ts';
import { speaker } from '../i18n.ts';

/** Speaks what is said alike in the chat and on the page of the receipts. */
export const say = speaker(rightsWords);

/** What was asked for: something that changes, a file, or a look. */
export type Wish = 'change' | 'file' | 'look';
const UNANSWERED = { change: 'noAnswer', file: 'notDownloaded', look: 'notHere' } as const;

/** So long, in the unit that people would say it in. */
function span(seconds: number): string {
  const [unit, of] =
    seconds < 120 ? (['second', 1] as const) : seconds < 7200 ? (['minute', 60] as const) : (['hour', 3600] as const);
  return new Intl.NumberFormat(undefined, { style: 'unit', unit, unitDisplay: 'long' }).format(Math.ceil(seconds / of));
}

/** Why what was asked for is not done, in words that say what to do; `gone` where whoever asks is not known any more. */
export function refusalWords({ code, body }: Refusal, gone: string, wish: Wish = 'change'): string {
  if (code === 'unauthorized' || code === 'not_found') return gone;
  if (code === 'rate_limited') return say('tooOften', { time: span(body.error?.retryAfterSeconds ?? 60) });
  return say(code === 'unavailable' || code === 'internal' ? 'cannotNow' : UNANSWERED[wish]);
}
