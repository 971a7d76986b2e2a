import { afterEach, describe, expect, it, vi } from 'vitest';
import { takeBackup } from '../../server/backup/backup.ts';
import { eraseVisitor } from '../../server/privacy/erase.ts';
import { eraseConversation } from '../../server/privacy/erase-conversation.ts';
import { eraseMessage } from '../../server/privacy/erase-message.ts';
import { newId } from '../../shared/ids.ts';
import { noticeHash } from '../../shared/notice.ts';
import { textsOnDisk } from '../support/database.ts';
import { noticeWithContract } from '../support/notices.ts';
import { type DatabaseKind, leavePlaces, newFolder, newPlace, type Place } from '../support/places.ts';
import { secondConversation } from '../support/second-conversation.ts';
import { askAsVisitor, dataOf, visitorSocket } from '../support/sockets.ts';
import { type TestRelay, testRelays } from '../support/start-relay.ts';
import { startVisitor, type TestVisitor } from '../support/visitor.ts';

/** Erasures of less than a person, and of persons who are in no entry of the ledger, after a restore. */

const ORDER = { actor: { kind: 'operator' }, reason: 'request' } as const;
const BOTH: DatabaseKind[] = ['SQLite', 'PostgreSQL'];
const relays = testRelays();
// Each command is a process of its own, and a loaded machine takes its time for one.
vi.setConfig({ testTimeout: 120_000 });

afterEach(async () => {
  await relays.close();
  await leavePlaces();
});

function start({ dataDir, env }: Place): Promise<TestRelay> {
  return relays.start({ dataDir, env });
}

/** Backed up, then erased, then restored elsewhere with the log of the erasures: the relay on what is left. */
async function drill(here: Place, relay: TestRelay, erase: () => Promise<unknown>): Promise<{ there: Place; again: TestRelay }> {
  const folder = newFolder();
  await takeBackup(relay.ctx.store, folder, Date.now());
  await erase();
  await relay.close();
  const there = await newPlace(BOTH[here.env.DATABASE_URL ? 1 : 0] as DatabaseKind, here);
  const restored = await there.run('restore', folder, '--erasures', here.log);
  expect([restored.status, restored.stderr]).toEqual([0, '']);
  expect(restored.stdout).toContain('Erased again: 1.');
  // Begun again it finds nothing more.
  const twice = await there.run('restore', folder, '--erasures', here.log);
  expect(twice.stdout).not.toContain('Erased again: 1.');
  return { there, again: await start(there) };
}

const holds = async (place: Place, text: string): Promise<boolean> => JSON.stringify(await place.dump()).includes(text);

describe.each(BOTH)('[PR-57] restored on %s', (kind) => {
  it('one conversation that was erased is gone, and the other of its visitor is whole', async () => {
    const here = await newPlace(kind);
    const relay = await start(here);
    const { conversationId: gone } = await startVisitor(relay, { message: { id: newId(), body: 'canary of the erased one' } });
    const stays = await secondConversation(relay, gone, 'It stays');
    const { there, again } = await drill(here, relay, () => eraseConversation(relay.ctx, gone, ORDER));
    expect(await holds(there, gone)).toBe(false);
    expect(textsOnDisk(there, [gone, 'canary of the erased one'])).toEqual([]);
    const { read } = again.ctx.store;
    expect((await read.lastMessages(stays, 9)).map(({ bodySealed }) => bodySealed.length > 0)).toEqual([true]);
    expect(await there.count('visitor', '1 = 1')).toBe(1);
  });

  it('one message that was erased has no text any more, and those around it have theirs', async () => {
    const here = await newPlace(kind);
    const relay = await start(here);
    const visitor = await startVisitor(relay);
    const socket = await visitor.connect();
    const { id } = dataOf(await askAsVisitor(socket, 'message:send', { id: newId(), body: 'canary of the one message' }));
    const { conversationId, session } = visitor;
    const { again } = await drill(here, relay, () => eraseMessage(relay.ctx, conversationId, id, ORDER));
    socket.close();
    const kept = await again.ctx.store.read.lastMessages(conversationId, 9);
    expect(kept.map((one) => [one.id === id, one.bodySealed.length > 0])).toEqual([
      [false, true],
      [true, false],
    ]);
    const back = await visitorAgain(again, session);
    expect(back).toEqual(['Do you have The Tide Almanac?', '(erased)']);
  });

  it('somebody whose chat rests on no consent, and who is in no entry of the ledger, is gone', async () => {
    const here = await newPlace(kind);
    const relay = await start(here);
    const gone = await startWithoutConsent(relay);
    const stays = await startWithoutConsent(relay);
    const { read } = relay.ctx.store;
    expect(await read.consentEventsOf(gone.conversationId)).toEqual([]);
    const visitorId = (await read.conversation(gone.conversationId))?.visitorId ?? '';
    const { there } = await drill(here, relay, () => eraseVisitor(relay.ctx, { conversationId: gone.conversationId }, ORDER));
    expect([await holds(there, visitorId), await holds(there, gone.conversationId)]).toEqual([false, false]);
    expect(await holds(there, stays.conversationId)).toBe(true);
  });
});

async function visitorAgain(relay: TestRelay, session: string): Promise<string[]> {
  const socket = await visitorSocket(relay, { auth: { session } });
  const { messages } = dataOf(await askAsVisitor(socket, 'conversation:sync', { afterSeq: 0 }));
  socket.close();
  return messages.map(({ body }) => body);
}

/** Under a notice that asks nothing. */
async function startWithoutConsent(relay: TestRelay): Promise<TestVisitor> {
  const { store } = relay.ctx;
  const site = await store.read.siteByKey('demo');
  const doc = noticeWithContract(false);
  const hash = noticeHash(doc);
  if (!(await store.read.noticeByHash(hash))) {
    const row = { hash, siteId: site?.id ?? '', version: 2, locale: 'en', doc, publishedAt: Date.now() };
    await store.write((tx) => tx.insertNotice(row));
  }
  return startVisitor(relay);
}
