import type { ConsentState, Message, MessageDraft, VisitorConversation } from '../../shared/events.ts';
import { type MessageStatus, statusFromMarks } from '../../shared/message-status.ts';

/** A message as it stands in the talk; `local`, and `asIs` of its draft, until the relay has acknowledged it. */
export type Line = Omit<Message, 'seq' | 'agentId'> & Pick<MessageDraft, 'asIs'> & { seq: number | null; local?: MessageStatus };

/** Why nobody writes here any more. */
export type Over = 'withdrawn' | 'expired' | 'ended' | 'gone' | 'erased';

export interface ChatState {
  conversation: VisitorConversation | null;
  consents: ConsentState[];
  lines: Line[];
  /** What stands in the composer, or will again when the chat is open again. */
  draft: string;
  /** Who is writing. */
  typing: string | null;
  /** `down` once the loss is worth a word. */
  link: 'up' | 'lost' | 'down';
  /** How much waits because the relay cannot take it now. */
  held: number;
  /** False until the talk so far is there: what is loaded is not news. */
  synced: boolean;
  over: Over | null;
  overAt: number;
  /** The cookie is being accepted, and whether the browser keeps it is not known yet. */
  checking: boolean;
  /** The cookie was accepted, and the browser did not keep it. */
  cookieLost: boolean;
}

/** How far one's own message has come. */
export function statusOf(line: Line, conversation: VisitorConversation | null): MessageStatus {
  return line.local ?? statusFromMarks(line.seq ?? 0, conversation?.agentMarks ?? { deliveredSeq: 0, readSeq: 0 });
}
