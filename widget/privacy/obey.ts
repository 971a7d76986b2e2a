import type { ManagerEvidence } from '../../shared/consent.ts';
import { MANAGED } from '../../shared/endpoints.ts';
import { SECOND } from '../../shared/limits.ts';
import type { Conversation } from '../chat/conversation.ts';
import type { Decide } from '../chat/decisions.ts';
import { listenToManaged, type Managed } from '../managed-bridge.ts';
import type { Frame } from '../notice/frame.ts';

/** What is not taken is tried again so soon: a revocation must be in force within five seconds. */
const AGAIN = SECOND;

/** The chat that the manager now decides for, and what it said last. */
let now: { frame: Frame; conversation: Conversation; decide: Decide } | undefined;
let said: Managed | undefined;
/** The same as the record has it: one object as long as nothing else is said, so that what is sent again is the same act. */
let evidence: ManagerEvidence | undefined;
/** What was acted on in the present chat: a visitor who gave the cookie up in it is not overruled by an old signal. */
let done: { conversation: Conversation; text: string } | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let isBusy = false;

/** Does the page's consent manager decide of the cookie here, and does it allow one now? */
export const isManaged = (): boolean => location.hash === MANAGED;
export const isAllowed = (): boolean => said?.functional === true && said.explicit;

/**
 * Carries out what the page's consent manager says, for as long as this page lives: an explicit grant is the cookie's
 * Accept, and everything else takes it back (PR-28, PR-29). Called again for each chat and each new link.
 */
export function obey(frame: Frame, conversation: Conversation, decide: Decide): void {
  if (!isManaged()) return;
  const isFirst = !now;
  now = { frame, conversation, decide };
  if (isFirst) {
    listenToManaged(frame.host, (managed) => {
      if (JSON.stringify(managed) !== JSON.stringify(said)) {
        said = managed;
        const { functional: _functional, ...vouched } = managed;
        evidence = vouched;
      }
      void carryOut();
    });
  }
  void carryOut();
}

async function carryOut(): Promise<void> {
  clearTimeout(timer);
  if (!now || !said || isBusy) return;
  const { frame, conversation, decide } = now;
  const { cookie, state } = conversation;
  const text = JSON.stringify(said);
  const allowed = isAllowed();
  // What an agent ended gets no cookie any more, and may still have one.
  if (!cookie || state.over || (allowed && state.conversation?.status === 'closed')) return;
  if (done?.conversation === conversation && done.text === text) return;
  // Given up by hand before the manager's first word: that may be older.
  const isNo = state.consents.some(({ purpose }) => purpose === cookie) && !conversation.granted(cookie);
  if (allowed && isNo && done?.conversation !== conversation) {
    done = { conversation, text };
    return;
  }
  isBusy = true;
  const isDone =
    state.conversation !== null &&
    (conversation.granted(cookie) === allowed ||
      (await decide(frame, conversation, cookie, allowed, frame.boot.notice.hash, evidence)));
  isBusy = false;
  if (isDone) done = { conversation, text };
  // Something else may have been said meanwhile.
  timer = setTimeout(carryOut, isDone ? 0 : AGAIN);
}
