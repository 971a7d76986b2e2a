import type { MessageDraft } from '../../shared/events.ts';
import type { Wrongs } from '../notice/asked.ts';
import type { Frame } from '../notice/frame.ts';
import { fetchCode } from './Privacy.tsx';

/** Whether to go on, and with `true` as it is written; or what is to be changed first, by the id of its field. */
export type Verdict = MessageDraft['asIs'] | Wrongs;

/**
 * Before anything is sent: does this text, from these fields, hold what need not be sent? Fewer than twelve digits are no
 * card number and no IBAN. What cannot be asked, because the code of it cannot be had, the relay takes out.
 */
export async function askFirst(frame: Frame, text: string, ...ids: string[]): Promise<Verdict> {
  if (!frame.boot.redaction && !/(\p{Nd}\P{Nd}*){12}/u.test(text)) return undefined;
  return fetchCode(frame).then(
    (code) => code.askFirst(frame.boot, ids),
    () => undefined,
  );
}
