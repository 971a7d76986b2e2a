import { effect, type ReadonlySignal, untracked } from '@preact/signals';
import type { InboxConversation } from '../../shared/events.ts';
import { type Marks, mergeMarks } from '../../shared/message-status.ts';
import type { Connection } from '../connection.ts';
import type { Conversation } from './conversation.ts';
import type { Inbox } from './inbox.ts';
import { groupOf } from './inbox-rules.ts';

interface Parts {
  connection: Connection;
  inbox: Inbox;
  current: ReadonlySignal<Conversation | null>;
  looking: ReadonlySignal<boolean>;
  me: string;
}

/**
 * Tells the relay how far the agents have come: delivered when a message has arrived in this console, read
 * only when its conversation is open, its end in sight and somebody at the window. Returns what stops it.
 */
export function keepMarks({ connection, inbox, current, looking, me }: Parts): () => void {
  /** What is on its way or said, so that nothing is said twice on one line. */
  const said = new Map<string, Marks>();

  async function mark(conversation: InboxConversation, marks: Marks): Promise<void> {
    const known = mergeMarks(conversation.agentMarks, said.get(conversation.id) ?? { deliveredSeq: 0, readSeq: 0 });
    const next = mergeMarks(known, marks);
    if (next.deliveredSeq === known.deliveredSeq && next.readSeq === known.readSeq) return;
    said.set(conversation.id, next);
    const reply = await connection.ask('message:mark', { conversationId: conversation.id, ...next });
    if (reply.ok) inbox.addAgentMarks(conversation.id, reply.data);
  }

  const stops = [
    effect(() => {
      // Marks that were lost with the line are said again on the next one.
      if (connection.state.value !== 'online') said.clear();
    }),
    effect(() => {
      if (connection.state.value !== 'online') return;
      for (const one of inbox.all.value.values()) {
        // Somebody else's conversation arrives at them.
        const group = groupOf(one, me);
        if ((group !== 'unassigned' && group !== 'mine') || one.last?.author !== 'visitor') continue;
        const marks = { deliveredSeq: one.lastSeq, readSeq: 0 };
        if (one.agentMarks.deliveredSeq < one.lastSeq) untracked(() => void mark(one, marks));
      }
    }),
    effect(() => {
      const open = current.value;
      const facts = open?.facts.value;
      if (!open || !facts || facts.withdrawnAt !== null || connection.state.value !== 'online') return;
      if (!looking.value || !open.atEnd.value) return;
      const seq = open.heardSeq.value;
      if (seq > facts.agentMarks.readSeq) untracked(() => void mark(facts, { deliveredSeq: seq, readSeq: seq }));
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
