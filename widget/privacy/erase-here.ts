import type { ErasedForGood, OwnRequest } from '../../shared/api.ts';
import type { Conversation } from '../chat/conversation.ts';
import { ask } from '../http.ts';
import { whyNot } from './words.ts';

/** By conversation, for as long as the page lives: it is nowhere else in it. */
const erasures = new WeakMap<Conversation, ErasedForGood>();

export const erasureOf = (conversation: Conversation): ErasedForGood | undefined => erasures.get(conversation);

/** Erases everything by the chat's session, which ends with it. Gives null when it is done, else why not, in words. */
export async function eraseHere(conversation: Conversation): Promise<string | null> {
  const request: OwnRequest = { session: conversation.session() };
  const reply = await ask<ErasedForGood>('/api/privacy/erase', request);
  if (!reply.ok) return whyNot(reply);
  erasures.set(conversation, reply.data);
  conversation.finish('erased');
  return null;
}
