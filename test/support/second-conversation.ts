import { bodyPlace } from '../../server/visitors/keys.ts';
import { newId } from '../../shared/ids.ts';
import type { TestRelay } from './start-relay.ts';

/** The next conversation of a visitor whose first is closed, as a cookie for later visits begins it, with one message. */
export async function secondConversation({ ctx }: TestRelay, conversationId: string, text: string): Promise<string> {
  const { store, vault, clock } = ctx;
  const now = clock();
  const row = await store.read.conversation(conversationId);
  if (!row) throw new Error('no conversation');
  const id = newId(now);
  const keys = vault.keysOf(row.visitorId, await store.read.dataKeysOf(row.visitorId));
  await store.write(async (tx) => {
    await tx.updateConversation(conversationId, { status: 'closed', closedAt: now });
    await tx.insertConversation({ ...row, id, createdAt: now, lastAt: now, lastSeq: 1 });
    const message = { id: newId(now), conversationId: id, seq: 1, author: 'visitor' as const, agentId: null, at: now };
    await tx.insertMessage({ ...message, bodySealed: keys.seal('messages', bodyPlace(message.id), text) });
  });
  return id;
}
