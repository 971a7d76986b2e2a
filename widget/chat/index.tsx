import type { SessionCheck } from '../../shared/api.ts';
import { ask } from '../http.ts';
import type { Filled, Frame, Refused } from '../notice/frame.ts';
import css from '../styles/chat.css?inline';
import { addStyles } from '../ui/styles.ts';
import { Chat } from './Chat.tsx';
import { giveConsent } from './start.ts';

/** Stage 2, fetched when Start is pressed, and before anything is sent. Its styles come with it, in the same file. */
addStyles(css);

/** The data gate: one POST. Shows the chat, or says why there is none. */
export async function start(frame: Frame, filled: Filled): Promise<Refused | null> {
  const answer = await giveConsent(frame, filled);
  if (!('started' in answer)) return answer;
  frame.show(<Chat frame={frame} start={answer} draft="" privacy={false} />);
  return null;
}

/**
 * Goes on with the conversation of the cookie. Where the relay did not name one itself, it is asked first: the page's
 * word that there is one opens no socket and takes no form away.
 */
export async function resume(frame: Frame, draft: string, privacy: boolean): Promise<void> {
  if (!frame.boot.resume) {
    const check = await ask<SessionCheck>('/api/session/check');
    if (!check.ok || !check.data.kept) return;
  }
  frame.show(<Chat frame={frame} start={null} draft={draft} privacy={privacy} />);
}
