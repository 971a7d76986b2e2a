import { Refusal } from '../errors.ts';
import type { Reads } from '../store/store.ts';

/** Whom a right is about: a visitor by their pseudonym, or the visitor of a conversation. */
export type Subject = { visitorId: string } | { conversationId: string };

/** @throws Refusal `not_found` for a conversation that is not there, or not any more. */
export async function visitorOf(reads: Reads, subject: Subject): Promise<string> {
  if ('visitorId' in subject) return subject.visitorId;
  const conversation = await reads.conversation(subject.conversationId);
  if (!conversation) throw new Refusal('not_found');
  return conversation.visitorId;
}
