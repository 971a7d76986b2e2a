import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Refusal } from '../../server/errors.ts';
import { nodeHash } from '../../server/ledger/ledger.ts';
import { isSigned, publicKeys } from '../../server/ledger/signing.ts';
import { verifyLedger } from '../../server/ledger/verify.ts';
import { eraseVisitor, previewErasure } from '../../server/privacy/erase.ts';
import { receiptFault } from '../../server/receipts/verify-receipt.ts';
import type { Tx } from '../../server/store/store.ts';
import { SUBJECT_TABLES } from '../../server/store/subject.ts';
import { visitorKeys } from '../../server/visitors/keys.ts';
import { silentWorld } from '../../server/world.ts';
import type { Receipts } from '../../shared/api.ts';
import { certificateBytes, certificate as certificateSchema } from '../../shared/erasure.ts';
import { newId } from '../../shared/ids.ts';
import { commitEvent, type Tombstone } from '../../shared/ledger.ts';
import { connectAgent, type TestAgent } from '../support/agent.ts';
import { type Canary, startCanary } from '../support/canary.ts';
import { dumpTables, textsOnDisk } from '../support/database.ts';
import { post } from '../support/http.ts';
import { createDatabase } from '../support/postgres.ts';
import { askAsAgent, askAsVisitor, closedBy, dataOf, factsOf, visitorSocket } from '../support/sockets.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { startVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

/** What is in the other tables is of nobody who asks to be forgotten: each with what it holds. */
const OF_NOBODY: Record<string, string> = {
  schema_version: 'which migrations ran',
  site: 'the owner’s',
  notice: 'published words',
  notice_draft: 'the owner’s words',
  ledger_head: 'the last entry',
  ledger_entry: 'salted commitments and tombstones (PR-58 a)',
  tree_head: 'signed lengths of the ledger',
  erasure: 'what is left of an erasure (PR-58 b)',
  breach: 'times and counts of a breach; what staff wrote about it, sealed',
  site_end: 'when a site was handed over and ended',
  audit_entry: 'salted commitments to what staff did (PR-58 a)',
  audit_head: 'the last entry',
  audit_tree_head: 'signed lengths of the audit',
  audit_copy: 'how far its copies have come',
  agent: 'staff',
  agent_session: 'staff',
  link: 'staff',
  request: 'what was asked and how it was answered, without who asked',
  request_step: 'its history: codes, and who among the staff',
  request_calendar: 'the owner’s',
  email_index_key: 'the relay’s keys',
  signing_key: 'the relay’s keys',
  recovery: 'restores, and losses of keys',
  release: 'builds of the widget',
  release_file: 'builds of the widget',
  retention_run: 'counts of what has gone',
  access_log: 'time and address where a law demands it, tied to nobody (PR-62)',
  retention_state: 'when the relay looks next',
  webhook: 'whom the owner tells',
  audit: 'what agents did; a line’s object is taken out',
};
/** Columns by which a row can be told to be a visitor’s. */
const NAMES_A_SUBJECT = /^(visitor|subject|conversation|message|act|record|session|receipt)_id$/;

const ORDER = { actor: { kind: 'operator' }, reason: 'request' } as const;
const erase = (relay: TestRelay, conversationId: string) => eraseVisitor(relay.ctx, { conversationId }, ORDER);

let relay: TestRelay;
let agent: TestAgent;

beforeAll(async () => {
  relay = await startTestRelay({ env: { PARLEY_TRUST_PROXY: '1' } });
  agent = await connectAgent(relay);
});
afterAll(async () => {
  agent?.socket.close();
  await relay?.close();
});

function keysOnDisk({ keys }: Canary): number {
  const files = readdirSync(relay.dataDir).map((name) => readFileSync(join(relay.dataDir, name)));
  return keys.filter((key) => files.some((content) => content.includes(key))).length;
}

/** What names nobody once its row is gone, and why it stays. */
const DRAWN_BY_LOT = { 'erasure.message_id': 'a message without a text any more: by it a restore erases it again' };

describe('[PR-54] the graph of an erasure', () => {
  it('has every table of the schema: a new one is of a subject, or it is said why not', () => {
    const database = new Database(join(relay.dataDir, 'parley.sqlite'), { readonly: true });
    try {
      const tables = Object.keys(dumpTables(relay));
      expect(tables.filter((table) => !(SUBJECT_TABLES as readonly string[]).includes(table)).sort()).toEqual(
        Object.keys(OF_NOBODY).sort(),
      );
      for (const table of Object.keys(OF_NOBODY)) {
        const columns = database.pragma(`table_info(${table})`) as { name: string }[];
        const naming = columns.filter(({ name }) => NAMES_A_SUBJECT.test(name) && !(`${table}.${name}` in DRAWN_BY_LOT));
        expect([table, naming]).toEqual([table, []]);
      }
      // The pattern finds what is there to be found.
      const found = SUBJECT_TABLES.filter((table) =>
        (database.pragma(`table_info(${table})`) as { name: string }[]).some(({ name }) => NAMES_A_SUBJECT.test(name)),
      );
      expect(found).toEqual(SUBJECT_TABLES.filter((table) => table !== 'visitor'));
    } finally {
      database.close();
    }
  });
});

describe('a person who is forgotten', () => {
  it('[PR-54] [PR-56] [PR-58] is nowhere: not in a table, a file, the log or the relay’s own log; all else is as it was', async () => {
    const [gone, stays] = [await startCanary(relay, agent, 'gone'), await startCanary(relay, agent, 'stays')];
    // Sealed before; the ids, tokens’ hashes and keys stand there, so the search finds what is there.
    expect(textsOnDisk(relay, [...gone.texts, ...stays.texts])).toEqual([]);
    expect(textsOnDisk(relay, gone.ids)).toEqual(gone.ids);
    expect(keysOnDisk(gone)).toBe(4);
    const before = dumpTables(relay);

    const { certificate, scrubbed } = await erase(relay, gone.conversationId);
    expect(scrubbed).toBe(true);
    const after = dumpTables(relay);
    expect(textsOnDisk(relay, [...gone.texts, ...gone.ids])).toEqual([]);
    expect(keysOnDisk(gone)).toBe(0);
    expect(keysOnDisk(stays)).toBe(4);
    const said = relay.logs.join('\n');
    expect([...gone.texts, ...gone.ids].filter((text) => said.includes(text))).toEqual([]);

    // Everybody else’s rows, byte for byte; of what is new, the list of what may survive.
    for (const [table, rows] of Object.entries(after)) {
      const names = (row: unknown): boolean => gone.ids.some((id) => JSON.stringify(row).includes(id));
      const kept = (before[table] ?? []).filter((row) => !names(row));
      if (table === 'ledger_head' || table === 'audit_head') continue;
      if (table === 'ledger_entry' || table === 'audit_entry' || table === 'erasure') {
        expect(rows.slice(0, -1)).toEqual(kept);
        continue;
      }
      if (table === 'audit') {
        const covered = (before[table] ?? []).map((row) =>
          names(row) ? { ...(row as object), object: certificate.erasure_id, object_salt: null } : row,
        );
        expect(rows.slice(0, -1)).toEqual(covered);
        expect(rows.at(-1)).toMatchObject({ action: 'visitor.erased', actor: 'operator', object: certificate.erasure_id });
        continue;
      }
      expect([table, rows]).toEqual([table, kept]);
      expect([table, (before[table] ?? []).length - kept.length]).toEqual([table, certificate.counts[table] ?? 0]);
    }
    for (const table of SUBJECT_TABLES) expect([table, certificate.counts[table]]).not.toEqual([table, 0]);
  });

  it('[PR-56] leaves a certificate that says what went and how, signed, and names nobody', async () => {
    const { conversationId, texts, ids } = await startCanary(relay, agent, 'certified');
    const preview = await previewErasure(relay.ctx.store.read, { conversationId });
    const began = Date.now();
    const { certificate } = await eraseVisitor(
      relay.ctx,
      { conversationId },
      { actor: { kind: 'agent', id: agent.me.id, session: null }, reason: 'objection' },
    );
    expect(certificateSchema.parse(certificate)).toEqual(certificate);
    expect(certificate).toMatchObject({
      by: 'agent',
      reason: 'objection',
      counts: preview.counts,
      method: ['rows_deleted', 'keys_destroyed', 'salts_destroyed', 'none_found'],
    });
    expect(certificate.counts).toMatchObject({
      message: 3,
      conversation: 1,
      visitor: 1,
      data_key: 5,
      consent_event: 3,
      audit: 1,
    });
    expect(certificate.ledger.covers).toHaveLength(preview.entries);
    expect(Date.parse(certificate.time)).toBeGreaterThanOrEqual(began);
    const text = JSON.stringify(certificate);
    expect([...texts, ...ids].filter((one) => text.includes(one))).toEqual([]);
    const { signature, ...unsigned } = certificate;
    const key = (await publicKeys(relay.ctx.store.read)).get(signature.kid);
    if (!key) throw new Error('no such key');
    expect(isSigned(certificateBytes(unsigned), signature, key)).toBe(true);
    expect(isSigned(certificateBytes({ ...unsigned, counts: {} }), signature, key)).toBe(false);
    const [line] = await relay.ctx.store.read.audit.newest(1);
    expect(line).toMatchObject({ agentId: agent.me.id, action: 'visitor.erased', object: certificate.erasure_id });
  });

  it('[PR-56] is certified only where a last look finds nothing left; otherwise all of it stays', async () => {
    const { conversationId } = await startVisitor(relay);
    const before = dumpTables(relay);
    const { store } = relay.ctx;
    // A table whose rows stay, as one would that nobody thought of.
    const forgetful = (tx: Tx): Tx =>
      new Proxy(tx, {
        get: (target, name) => {
          const value: unknown = Reflect.get(target, name, target);
          if (name === 'deleteSubject') return async () => undefined;
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    const broken = { ...store, write: <T>(work: (tx: Tx) => Promise<T>) => store.write((tx) => work(forgetful(tx))) };
    const erasing = eraseVisitor({ ...relay.ctx, store: broken }, { conversationId }, ORDER);
    await expect(erasing).rejects.toThrow(/^an erasure left rows in message, /);
    expect(dumpTables(relay)).toEqual(before);
  });

  it('[PR-44] leaves entries that verify and that nothing matches any more; receipts taken before hold offline', async () => {
    const visitor = await startVisitor(relay);
    const token = (await post<{ token: string }>(relay, '/api/receipts', { session: visitor.session })).body.token;
    const [receipt] = (await post<Receipts>(relay, '/api/receipts/open', { token })).body.receipts;
    const { siteId } = (await relay.ctx.store.read.conversation(visitor.conversationId)) ?? { siteId: '' };
    const seqs = (await relay.ctx.store.read.consentEventsOf(visitor.conversationId)).map(({ seq }) => seq);
    const sealed = dumpTables(relay).consent_event as { salt_sealed: Buffer; seq: number }[];
    const salts = sealed.filter(({ seq }) => seqs.includes(seq)).map(({ salt_sealed }) => salt_sealed);
    expect(salts).toHaveLength(2);
    const { certificate } = await erase(relay, visitor.conversationId);

    const { read } = relay.ctx.store;
    const report = await verifyLedger(read, relay.ctx.vault, siteId);
    expect(report.fault).toBeNull();
    expect(certificate.ledger.covers).toEqual(seqs);
    const entry = await read.ledgerEntry(siteId, certificate.ledger.seq);
    expect(JSON.parse(entry?.body ?? '') as Tombstone).toEqual({ covers: seqs, reason: 'erasure' });
    // The event alone, which its visitor has, opens nothing without the salt; and the salt is nowhere.
    const record = receipt?.records[0];
    if (!record) throw new Error('no record');
    expect(commitEvent(nodeHash, Buffer.from(record.salt, 'hex'), record.event)).toBe(record.entry.commitment);
    expect(commitEvent(nodeHash, Buffer.alloc(32), record.event)).not.toBe(record.entry.commitment);
    const files = readdirSync(relay.dataDir).map((name) => readFileSync(join(relay.dataDir, name)));
    expect(salts.filter((salt) => files.some((content) => content.includes(salt)))).toEqual([]);
    expect(receiptFault(receipt, await publicKeys(read))).toBeNull();
    expect((await post(relay, '/api/receipts/open', { token })).status).toBe(404);
  });

  it('is erased once: one entry, one certificate, and no such person the second time', async () => {
    const { conversationId } = await startVisitor(relay);
    const before = dumpTables(relay);
    const ends = await Promise.allSettled([
      erase(relay, conversationId),
      erase(relay, conversationId),
      erase(relay, conversationId),
    ]);
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const end of ends) if (end.status === 'rejected') expect(end.reason).toEqual(new Refusal('not_found'));
    await expect(previewErasure(relay.ctx.store.read, { conversationId })).rejects.toThrow('not_found');
    await expect(eraseVisitor(relay.ctx, { visitorId: 'nobody' }, ORDER)).rejects.toThrow('not_found');
    const after = dumpTables(relay);
    for (const table of ['ledger_entry', 'erasure']) expect((after[table] ?? []).length - (before[table] ?? []).length).toBe(1);
  });
});

describe('an erasure in an open chat', () => {
  it('[PR-54] ends the visitor’s sockets within a second, and agents let go of it', async () => {
    const visitor = await startVisitor(relay);
    const { conversationId } = visitor;
    const socket = await visitor.connect();
    dataOf(await askAsAgent(agent.socket, 'conversation:open', { conversationId }));
    const [heard, told] = [factsOf(socket), factsOf(agent.socket)];
    const closed = closedBy(socket, 1000);
    const { visitorId } = (await relay.ctx.store.read.conversation(conversationId)) ?? { visitorId: '' };
    // Just before: what other tests erased lets the relay forget every key whenever it notices.
    await visitorKeys(relay.ctx, relay.ctx.store.read, visitorId);
    expect(relay.ctx.vault.cached(visitorId)).not.toBeNull();
    await erase(relay, conversationId);
    const isForgotten = relay.ctx.vault.cached(visitorId) === null;
    await closed;
    expect(heard).toContainEqual({ name: 'session:ended', fact: { reason: 'erased' } });
    await waitFor(() => told.some(({ name }) => name === 'conversation:erased'), 'the agent to be told');
    expect(told).toContainEqual({ name: 'conversation:erased', fact: { conversationId } });
    const { conversations } = dataOf(await askAsAgent(agent.socket, 'inbox:list', { view: 'all', before: null }));
    expect(conversations.map(({ id }) => id)).not.toContain(conversationId);
    expect(await askAsAgent(agent.socket, 'conversation:sync', { conversationId, afterSeq: 0 })).toEqual({
      ok: false,
      error: 'not_found',
    });
    await expect(visitor.connect()).rejects.toThrow('unauthorized');
    expect(isForgotten).toBe(true);
  });

  it('[PR-54] wins over everything that is written meanwhile, and nothing comes back', async () => {
    await winsOver(relay, agent);
  });

  it('[PR-54] wins on PostgreSQL too, where writers work side by side', async () => {
    const database = await createDatabase();
    const served = await startTestRelay({ env: { DATABASE_URL: database.url } });
    const answering = await connectAgent(served);
    try {
      for (let round = 0; round < 3; round++) await winsOver(served, answering);
      const [site] = await served.ctx.store.read.sites();
      const report = await verifyLedger(served.ctx.store.read, served.ctx.vault, site?.id ?? '');
      expect([report.fault, report.erased]).toEqual([null, 6]);
    } finally {
      answering.socket.close();
      await served.close();
      await database.drop();
    }
  });

  it('done beside the relay, as a command does it, is noticed by the relay', async () => {
    const visitor = await startVisitor(relay);
    const { conversationId } = visitor;
    const { visitorId } = (await relay.ctx.store.read.conversation(conversationId)) ?? { visitorId: '' };
    const socket = await visitorSocket(relay, { auth: { session: visitor.session } });
    dataOf(await askAsAgent(agent.socket, 'inbox:list', { view: 'all', before: null }));
    const [heard, told] = [factsOf(socket), factsOf(agent.socket)];
    const closed = closedBy(socket);
    const { certificate } = await eraseVisitor({ ...relay.ctx, world: silentWorld() }, { visitorId }, ORDER);
    await closed;
    expect(heard).toContainEqual({ name: 'session:ended', fact: { reason: 'erased' } });
    const isIt = ({ name, fact }: (typeof told)[number]): boolean =>
      name === 'conversation:erased' && (fact as { conversationId: string }).conversationId === conversationId;
    await waitFor(() => told.some(isIt), 'the agent to be told');
    expect(certificate.counts.visitor).toBe(1);
  });
});

/** Forty messages, a look, a close and a receipt's link are under way when the erasure comes. */
async function winsOver(served: TestRelay, answering: TestAgent): Promise<void> {
  const { read } = served.ctx.store;
  const visitor = await startVisitor(served);
  const { conversationId, session } = visitor;
  const { visitorId } = (await read.conversation(conversationId)) ?? { visitorId: '' };
  const socket = await visitor.connect();
  const writes = Array.from({ length: 40 }, (_, at) =>
    at % 2
      ? askAsVisitor(socket, 'message:send', { id: newId(), body: `during ${at}` }).catch(() => null)
      : askAsAgent(answering.socket, 'message:send', { conversationId, id: newId(), body: `during ${at}` }),
  );
  await waitFor(async () => ((await read.conversation(conversationId))?.lastSeq ?? 0) > 3, 'some to be written');
  const others = [
    post(served, '/api/receipts', { session }),
    askAsAgent(answering.socket, 'ip:reveal', { conversationId }),
    askAsAgent(answering.socket, 'conversation:close', { conversationId }),
  ];
  const [erased] = await Promise.all([erase(served, conversationId), Promise.allSettled(others)]);
  expect(erased.certificate.counts.visitor).toBe(1);
  for (const answer of await Promise.all(writes))
    if (answer && !answer.ok) expect(['not_found', 'conversation_closed']).toContain(answer.error);
  const counts = Object.values(await read.subjectCounts({ visitorId, conversationIds: [conversationId] }));
  expect(counts.filter((count) => count !== 0)).toEqual([]);
  socket.close();
}
