import type { ComponentChildren } from 'preact';
import { CHAT_COOKIE, OUTBOX_KEY, RESUME_MARK } from '../../shared/endpoints.ts';

const NAMES = new RegExp(`(${CHAT_COOKIE}|${RESUME_MARK}|${OUTBOX_KEY})`);

/** Text in which the names of what is stored are set as code. The text itself stays the same, to the letter. */
export function withNames(text: string): ComponentChildren {
  return text.split(NAMES).map((part, at) => (at % 2 ? <span class="code">{part}</span> : part));
}
