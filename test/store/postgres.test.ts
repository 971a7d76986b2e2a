import { randomBytes } from 'node:crypto';
import { connect, createServer, type Server, type Socket } from 'node:net';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recordAct } from '../../server/audit/act.ts';
import { CannotOpen } from '../../server/store/cannot-open.ts';
import { openStore } from '../../server/store/index.ts';
import { openPostgres } from '../../server/store/postgres.ts';
import type { SiteSettings } from '../../server/store/rows.ts';
import { createSqlStore } from '../../server/store/sql-store.ts';
import { type Store, StoreUnavailable, UniqueViolation } from '../../server/store/store.ts';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';
import { describeStore } from './contract.ts';
import { expectChain } from './contract-ledger.ts';
import {
  appendEvent,
  buildAgent,
  buildConversation,
  buildDelivery,
  buildMessage,
  buildWebhook,
  NOW,
  SITE,
  seedConversation,
  seedSite,
  seedVisitor,
  send,
} from './seed.ts';

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

/** Ends every connection to the test's database but this one, and waits until the server has said so to each. */
async function endConnections(): Promise<void> {
  const others = 'from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()';
  await client.query(`select pg_terminate_backend(pid) ${others}`);
  while ((await client.query(`select 1 ${others}`)).rows.length > 0);
  await new Promise((resolve) => setImmediate(resolve));
}

/** Until somebody waits for a lock that somebody else holds. */
async function someoneWaits(): Promise<void> {
  const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  do await client.query('select pg_stat_clear_snapshot()');
  while ((await client.query(waiting)).rows.length === 0);
}

const newSchema = (): string => `test_${randomBytes(6).toString('hex')}`;

describeStore('PostgreSQL', async () => {
  const schema = newSchema();
  return {
    open: () => openStore({ kind: 'postgres', url: database.url, schema }),
    raw: async (sql) => {
      await client.query(`set search_path = ${schema}`);
      return (await client.query<Record<string, unknown>>(sql)).rows;
    },
    drop: async () => {
      await client.query(`drop schema ${schema} cascade`);
    },
  };
});

describe('PostgreSQL, two relays on one database', () => {
  let schema: string;
  let one: Store;
  let other: Store;
  const open = (url = database.url) => openStore({ kind: 'postgres', url, schema });

  beforeEach(async () => {
    schema = newSchema();
    // Both migrate at once, as two nodes that start together do.
    [one, other] = await Promise.all([open(), open()]);
    await seedSite(one);
  });
  afterEach(async () => {
    await Promise.all([one.close(), other.close()]);
    await client.query(`drop schema ${schema} cascade`);
  });

  it('change a site’s settings one after the other, so that no change undoes another’s', async () => {
    const set = (store: Store, change: Partial<SiteSettings>) =>
      store.write(async (tx) => {
        const site = await tx.lockSite(SITE.key);
        if (!site) throw new Error('no site');
        await tx.upsertSite({ ...site, settings: { ...site.settings, ...change } });
      });
    for (let round = 0; round < 20; round++) {
      const ipMode = round % 2 ? 'full' : 'none';
      await Promise.all([set(one, { ipMode }), set(other, { colour: `#0000${10 + round}` }), set(one, { whenDue: 'redact' })]);
      const settings = { ipMode, colour: `#0000${10 + round}`, whenDue: 'redact' };
      expect((await one.read.siteByKey(SITE.key))?.settings).toMatchObject(settings);
    }
  });

  it('keep no chat waiting for somebody who changes the site', async () => {
    let held = (): void => undefined;
    const changing = one.write(async (tx) => {
      await tx.lockSite(SITE.key);
      await new Promise<void>((resolve) => {
        held = resolve;
      });
    });
    try {
      await seedConversation(other);
    } finally {
      held();
      await changing;
    }
  });

  it('have one open conversation for a visitor', async () => {
    const visitorId = await seedVisitor(one);
    const starts = await Promise.allSettled(
      Array.from({ length: 50 }, (_, at) =>
        (at % 2 ? one : other).write((tx) => tx.insertConversation(buildConversation(visitorId))),
      ),
    );
    const reasons = starts.flatMap((start) => (start.status === 'rejected' ? [start.reason] : []));
    expect(reasons).toHaveLength(49);
    for (const reason of reasons) expect(reason).toBeInstanceOf(UniqueViolation);
  });

  it('give seqs without a gap, and pass each other where their batches cross', async () => {
    const conversations = await Promise.all(Array.from({ length: 6 }, () => seedConversation(one)));
    const ids = conversations.map((conversation) => conversation.id);
    // Each turn one relay writes in this order and the other in the opposite one: the pattern of a deadlock.
    for (let round = 0; round < 10; round++) {
      const sends = [...ids.map((id) => send(one, id)), ...ids.toReversed().map((id) => send(other, id))];
      expect(await Promise.all(sends)).not.toContain(null);
    }
    for (const id of ids) {
      const seqs = (await other.read.messagesAfter(id, 0, 100)).map((message) => message.seq);
      expect(seqs).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    }
  });

  it('append to one chain', async () => {
    const conversation = await seedConversation(one);
    for (let round = 0; round < 20; round++) {
      await Promise.all([one, other, one, other].map((store) => appendEvent(store, conversation)));
    }
    const entries = await one.read.ledgerEntries(SITE.id, 0, 100);
    expect(entries).toHaveLength(80);
    expectChain(entries);
    expect(await other.read.ledgerHead(SITE.id)).toEqual({ seq: 80, hash: entries.at(-1)?.hash });
  });

  it('[PR-82] take the audit’s head after every other lock, whatever a rule did before', async () => {
    const act = { actor: { kind: 'relay' }, action: 'inbox.listed', object: 'all' } as const;
    await appendEvent(one, await seedConversation(one));
    await client.query(`set search_path = ${schema}; begin; select * from ledger_head for update`);
    // One transaction: an act, then a lock that somebody else holds.
    const both = Promise.all([one.write((tx) => recordAct(tx, act, 0)), one.write((tx) => tx.lockLedgerHead(SITE.id))]);
    try {
      await someoneWaits();
      // Nobody has the audit's head yet: whoever holds the other lock would not wait for it.
      expect((await client.query('select * from audit_head for update nowait')).rows).toHaveLength(1);
    } finally {
      await client.query('rollback');
      await both;
    }
    expect((await other.read.auditChain.head()).seq).toBe(1);
  });

  it('lose no unread message when one marks while the other sends', async () => {
    const conversation = await seedConversation(one);
    await send(one, conversation.id);
    for (let round = 0; round < 30; round++) {
      const marks = one.write((tx) => tx.raiseMarks(conversation.id, 'agent', round, round));
      await Promise.all([send(other, conversation.id), marks, send(other, conversation.id)]);
    }
    const row = await one.read.inboxRow(conversation.id);
    const left = await one.read.messagesAfter(conversation.id, row?.agentReadSeq ?? 0, 100);
    expect(row?.unread).toBe(left.length);
    expect(left.length).toBeGreaterThan(0);
  });

  it('show no message to a cursor before one with a lower seq', async () => {
    const conversation = await seedConversation(one);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let taken = (): void => undefined;
    const first = new Promise<void>((resolve) => {
      taken = resolve;
    });
    const slow = one.write(async (tx) => {
      const row = await tx.takeSeq(conversation.id, 'visitor', null, conversation.createdAt);
      taken();
      await held;
      await tx.insertMessage(buildMessage(conversation.id, row?.lastSeq ?? 0));
    });
    await first;
    const quick = send(other, conversation.id);
    expect(await other.read.messagesAfter(conversation.id, 0, 10)).toEqual([]);
    release();
    await slow;
    expect(await quick).toBe(2);
    expect((await other.read.messagesAfter(conversation.id, 0, 10)).map((row) => row.seq)).toEqual([1, 2]);
  });

  it('[PR-53] tell nobody twice: a delivery that one is taking is not the other’s', async () => {
    const webhook = buildWebhook();
    const delivery = buildDelivery(webhook.id);
    await one.write(async (tx) => {
      await tx.webhooks.insert(webhook);
      await tx.webhooks.insertDelivery(delivery);
    });
    const quick: Promise<unknown>[] = [];
    const taken = await one.write(async (tx) => {
      const row = await tx.webhooks.claim(webhook.id, NOW, NOW + 60);
      // The other finds it before this one has said that it took it, and waits for the row.
      quick.push(other.write((late) => late.webhooks.claim(webhook.id, NOW, NOW + 60)));
      await someoneWaits();
      return row;
    });
    expect([taken?.id, await quick[0]]).toEqual([delivery.id, null]);
  });

  it('refuse TRUNCATE of the ledger', async () => {
    await client.query(`set search_path = ${schema}`);
    await expect(client.query('truncate ledger_entry cascade')).rejects.toThrow('ledger_entry refuses truncate');
  });

  it('commit 100 writes of one turn in one transaction', async () => {
    const backend = await openPostgres({ kind: 'postgres', url: database.url, schema });
    let transactions = 0;
    const counted = await createSqlStore({
      ...backend,
      connect: () => {
        transactions++;
        return backend.connect();
      },
    });
    const conversation = await seedConversation(counted);
    transactions = 0;
    await Promise.all(Array.from({ length: 100 }, () => send(counted, conversation.id)));
    expect(transactions).toBe(1);
    await counted.close();
  });

  it('go on after the server has ended their connections', async () => {
    const conversation = await seedConversation(one);
    await endConnections();
    // A connection that was cut in the same instant may still be handed out once; the second try has a fresh one.
    const seq = await send(one, conversation.id).catch(() => send(one, conversation.id));
    expect(seq).toBe(1);
    expect(await one.read.messagesAfter(conversation.id, 0, 10)).toHaveLength(1);
  });

  it('fail everything asked for while the connection is cut in the middle, and write nothing of it', async () => {
    const conversation = await seedConversation(one);
    const cut = one.write(async (tx) => {
      await tx.takeSeq(conversation.id, 'visitor', null, conversation.createdAt);
      await endConnections();
      await tx.insertMessage(buildMessage(conversation.id, 1));
    });
    const neighbour = one.write((tx) => tx.insertAgent(buildAgent()));
    await expect(cut).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(neighbour).rejects.toBeInstanceOf(StoreUnavailable);
    expect((await other.read.conversation(conversation.id).catch(() => other.read.conversation(conversation.id)))?.lastSeq).toBe(
      0,
    );
    expect(await send(one, conversation.id)).toBe(1);
  });

  it('refuse within 5 s when the server hangs, and go on when it answers again', async () => {
    const proxy = await startProxy(database.url);
    const through = await open(proxy.url);
    const conversation = await seedConversation(through);
    proxy.hold();
    const began = performance.now();
    const hung = [
      send(through, conversation.id),
      send(through, conversation.id),
      through.read.conversation(conversation.id),
      through.ping(300),
    ];
    const later = new Promise((resolve) => setTimeout(resolve, 500)).then(() => send(through, conversation.id));
    const results = await Promise.allSettled([...hung, later]);
    expect(performance.now() - began).toBeLessThan(5500);
    for (const result of results) expect(result).toMatchObject({ reason: expect.any(StoreUnavailable) });
    proxy.pass();
    expect(await send(through, conversation.id)).toBe(1);
    await through.ping(2000);
    await through.close();
    await proxy.stop();
  });

  it('say in one line why they cannot open, without the password', async () => {
    const closed = await startProxy(database.url);
    await closed.stop();
    const nobody = new URL(closed.url);
    nobody.password = 'secret';
    const refused = await openStore({ kind: 'postgres', url: nobody.href }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(CannotOpen);
    expect(String(refused)).toMatch(/PostgreSQL cannot be used: .*ECONNREFUSED/);
    expect(String(refused)).not.toContain('secret');
    await expect(openStore({ kind: 'postgres', url: database.url, schema: 'a; drop' })).rejects.toBeInstanceOf(CannotOpen);
  });
});

/** A way to the server that can go dumb: connections stay open and nothing passes. */
async function startProxy(target: string): Promise<{ url: string; hold(): void; pass(): void; stop(): Promise<void> }> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let held = false;
  const server: Server = createServer((inner) => {
    const outer = connect(Number(port || 5432), hostname);
    for (const [from, to] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => held || to.write(chunk));
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String(address.port);
  return {
    url: url.href,
    hold: () => {
      held = true;
    },
    pass: () => {
      held = false;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
