import { OUTBOX_KEY } from '../../shared/endpoints.ts';
import type { MessageDraft } from '../../shared/events.ts';

/** What was written and not yet acknowledged. */
export interface Unsent {
  draft: string;
  messages: MessageDraft[];
}

export const NOTHING: Unsent = { draft: '', messages: [] };

/**
 * Keeps what is unsent in the frame's sessionStorage, or removes it; only ever called after Accept (PR-19).
 * False where the browser refuses: some deny all storage to a frame of another site.
 */
export function keepUnsent({ draft, messages }: Unsent): boolean {
  try {
    if (draft || messages.length > 0) sessionStorage.setItem(OUTBOX_KEY, JSON.stringify({ draft, messages }));
    else sessionStorage.removeItem(OUTBOX_KEY);
    return true;
  } catch {
    return false;
  }
}

/** What the page before this one left unsent; `typed`, what this page's form held, goes before its draft. */
export function takeUnsent(typed: string): Unsent {
  try {
    const { draft, messages } = JSON.parse(sessionStorage.getItem(OUTBOX_KEY) ?? '') as Unsent;
    return {
      draft: typed || `${draft}`,
      messages: messages.map(({ id, body, asIs }) => ({ id: `${id}`, body: `${body}`, asIs })),
    };
  } catch {
    return { ...NOTHING, draft: typed };
  }
}
