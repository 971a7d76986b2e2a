import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { liftRestriction, restrictVisitor, tellOfLift } from '../../server/restriction/restrict.ts';
import { setHold } from '../../server/retention/holds.ts';
import { visitorKeys } from '../../server/visitors/keys.ts';
import { newId } from '../../shared/ids.ts';
import { connectAgent } from '../support/agent.ts';
import { type Archive, archiveOf } from '../support/archive.ts';
import { dumpTables } from '../support/database.ts';
import { type Dump, NOBODY, REQUEST, type Row, TABLES } from '../support/export-tables.ts';
import { post } from '../support/http.ts';
import { addRecipient } from '../support/recipient.ts';
import { askAsAgent, askAsVisitor, dataOf } from '../support/sockets.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { decisionOf, startVisitor, type TestVisitor } from '../support/visitor.ts';

/** Opens a sealed column of a row into the plain values in it. */
type Open = (table: string, column: string, row: Row) => unknown[];

/** Every value in a document, as text. */
function leaves(value: unknown): string[] {
  if (value !== null && typeof value === 'object') return Object.values(value).flatMap(leaves);
  return value === null || value === undefined ? [] : [String(value)];
}

/** A stored value as it stands in an export: times as RFC 3339, yes and no as such. */
function told(column: string, value: unknown): string {
  if (column === 'persistent' || column === 'held') return String(value === 1);
  return typeof value === 'number' && value > 1_000_000_000_000 ? new Date(value).toISOString() : String(value);
}

/** What an export lacks of a visitor's rows, and what of the tables is not decided, a line each. */
function lacking(dump: Dump, visitorId: string, data: unknown, open: Open): string[] {
  const there = new Set(leaves(data));
  return Object.entries(dump).flatMap(([table, all]) => {
    const held = TABLES[table];
    if (held === undefined) return [`${table}: a table that nobody has looked at`];
    if (held === NOBODY) return [];
    const rows = held.rows(dump, visitorId);
    const columns = Object.keys(all[0] ?? {});
    const undecided = columns.filter((column) => !held.given.includes(column) && !Object.hasOwn(held.exempt, column));
    const gone = [...held.given, ...Object.keys(held.exempt)].filter((column) => !columns.includes(column));
    const empty = held.given.filter((column) => rows.every((row) => row[column] === null));
    return [
      ...undecided.map((column) => `${table}.${column}: given or exempt?`),
      ...gone.map((column) => `${table}.${column}: no such column`),
      ...empty.map((column) => `${table}.${column}: nothing in it to look for`),
      ...held.given.flatMap((column) =>
        rows
          .filter((row) => row[column] !== null)
          .flatMap((row) => (column.endsWith('_sealed') ? open(table, column, row) : [told(column, row[column])]))
          .filter((value) => !there.has(String(value)))
          .map((value) => `${table}.${column}: ${value}`),
      ),
    ];
  });
}

describe('[PR-49] an export', () => {
  let relay: TestRelay;
  let visitor: TestVisitor;
  let archive: Archive;
  let dump: Dump;
  let visitorId: string;
  let open: Open;

  beforeAll(async () => {
    relay = await startTestRelay();
    const agent = await connectAgent(relay);
    await addRecipient(relay, agent);
    visitor = await startVisitor(relay, { name: 'Aoife O’Rurke', email: 'aoife@orurke.example' });
    const { conversationId } = visitor;
    const socket = await visitor.connect();
    dataOf(await askAsVisitor(socket, 'message:send', { id: newId(), body: 'And The Heron Year?' }));
    dataOf(await askAsAgent(agent.socket, 'message:send', { conversationId, id: newId(), body: 'Both are here.' }));
    dataOf(await askAsAgent(agent.socket, 'ip:reveal', { conversationId }));
    await post(relay, '/api/consents/decide', decisionOf(visitor));
    const form = { name: 'Aoife O’Rourke', email: 'aoife@orourke.example' };
    await post(relay, '/api/privacy/rectify', { session: visitor.session, ...form });
    const hold = { conversationId, reason: 'A claim of Aoife O’Rourke', until: Date.now() + 86_400_000 };
    await setHold(relay.ctx, { kind: 'agent', id: agent.me.id, session: null }, hold);
    await post(relay, '/api/privacy/request', { session: visitor.session, kind: 'object', ...REQUEST });
    socket.close();
    agent.socket.close();
    await restrictAndObject(relay, visitor);
    fillIn(relay, conversationId);
    archive = await archiveOf(relay, visitor.session);
    dump = dumpTables(relay) as Dump;
    const row = await relay.ctx.store.read.conversation(conversationId);
    visitorId = row?.visitorId ?? '';
    open = await opener();
  });
  afterAll(() => relay?.close());

  /** A restriction that ended, an objection that was answered, and a recipient who confirmed. */
  async function restrictAndObject({ ctx }: TestRelay, { conversationId, request }: TestVisitor): Promise<void> {
    const actor = { kind: 'operator' } as const;
    const row = await ctx.store.read.conversation(conversationId);
    if (!row) throw new Error('no conversation');
    await restrictVisitor(ctx, { conversationId }, { actor, ground: 'accuracy' });
    await tellOfLift(ctx, row.visitorId, 'email', actor);
    await liftRestriction(ctx, row.visitorId, actor);
    const keys = await visitorKeys(ctx, ctx.store.read, row.visitorId);
    const id = newId();
    const place = { table: 'objection', column: 'answer', row: id };
    await ctx.store.write(async (tx) => {
      await tx.restrictions.insertObjection({
        ...{ id, siteId: row.siteId, visitorId: row.visitorId, conversationId, purpose: 'statistics', state: 'overruled' },
        ...{ noticeHash: request.noticeHash, at: Date.now() + 5000, reason: 'legal_claims', decidedAt: Date.now() + 6000 },
        answerSealed: keys.seal('consent', place, 'A claim of 2026 rests on it.'),
      });
      for (const { id: delivery } of await tx.webhooks.toldOf(row.visitorId))
        await tx.webhooks.confirm(delivery, Date.now() + 7000, '200');
    });
  }

  /** Every column that a plain conversation leaves empty or small gets a value that stands nowhere else. */
  function fillIn({ dataDir }: TestRelay, conversationId: string): void {
    const database = new Database(join(dataDir, 'parley.sqlite'));
    try {
      const at = Date.now() + 1_000_000;
      const times = ['closed_at', 'withdrawn_at', 'left_at', 'kept_until', 'consent_until', 'last_at', 'waiting_since'];
      const counts = ['last_seq', 'visitor_delivered_seq', 'visitor_read_seq', 'agent_delivered_seq', 'agent_read_seq'];
      const set = [
        ...times.map((column, n) => `${column} = ${at + n}`),
        ...counts.map((column, n) => `${column} = ${7_000_000 + n}`),
        "closed_by = 'withdrawal'",
      ];
      database.prepare(`UPDATE conversation SET ${set.join(', ')} WHERE id = ?`).run(conversationId);
      database.prepare('UPDATE session SET expires_at = ? WHERE conversation_id = ?').run(at + 100, conversationId);
      // One whose text was destroyed, as retention leaves it where rows stay for statistics.
      database
        .prepare(
          `INSERT INTO message (id, conversation_id, seq, author, body_sealed, at, erased_at)
           VALUES ('redacted', ?, 4, 'visitor', x'', ?, ?)`,
        )
        .run(conversationId, at + 109, at + 110);
      database
        .prepare(`UPDATE retention_due SET done_at = ?, held = 1 WHERE conversation_id = ? AND kind = 'form'`)
        .run(at + 111, conversationId);
      const asked = ['acknowledged_at', 'extended_at', 'acted_at', 'answered_at'].map((name, n) => `${name} = ${at + 200 + n}`);
      database.exec(`UPDATE request SET ${asked.join(', ')}, outcome = 'partly', ground = 'legal_claims'`);
      // One that was ended; the visitor's own must go on.
      database
        .prepare(
          `INSERT INTO session (token_hash, visitor_id, conversation_id, scope, persistent, created_at, expires_at, revoked_at)
           SELECT 'ended', visitor_id, conversation_id, 'rights', 0, ?, ?, ? FROM session WHERE conversation_id = ?`,
        )
        .run(at + 101, at + 102, at + 103, conversationId);
    } finally {
      database.close();
    }
  }

  /** Opens by the vault alone: the places are written out here, so that no mistake of the export's is repeated. */
  async function opener(): Promise<Open> {
    const { vault, store } = relay.ctx;
    const keys = await visitorKeys(relay.ctx, store.read, visitorId);
    const [request] = await store.read.requests.ofVisitor(visitorId);
    const asked = vault.keysOf(request?.id ?? '', await store.read.dataKeysOf(request?.id ?? ''));
    const bytes = (row: Row, column: string): Uint8Array => row[column] as Uint8Array;
    const salt = (name: 'consent' | 'evidence', table: string, id: string, row: Row): string =>
      Buffer.from(keys.open(name, { table, column: 'salt', row: id }, bytes(row, 'salt_sealed'))).toString('hex');
    const at = (table: string, column: string, row: Row): unknown[] => {
      const id = String(row.id ?? row.record_id ?? `${row.act_id}:${row.kind}`);
      const text = (name: Parameters<typeof keys.openText>[0], place: string): string =>
        keys.openText(name, { table, column: place, row: id }, bytes(row, column));
      const opened: Record<string, () => unknown[]> = {
        'visitor.form_sealed': () => leaves(JSON.parse(text('form', 'form'))),
        'message.body_sealed': () => (row.erased_at === null ? [text('messages', 'body')] : []),
        'consent_event.payload_sealed': () => leaves(JSON.parse(text('consent', 'payload'))),
        'consent_event.salt_sealed': () => [salt('consent', table, id, row)],
        'legal_hold.reason_sealed': () => [text('consent', 'reason')],
        'request_person.words_sealed': () => {
          const place = { table, column: 'words', row: String(row.request_id) };
          return leaves(JSON.parse(asked.openText('form', place, bytes(row, column))));
        },
        'objection.answer_sealed': () => [text('consent', 'answer')],
        'evidence.value_sealed': () => [text('evidence', 'value')],
        'evidence.salt_sealed': () => [salt('evidence', table, id, row)],
      };
      return opened[`${table}.${column}`]?.() ?? [`cannot open ${table}.${column}`];
    };
    return at;
  }

  it('has every value of every table that is about its visitor, sealed or plain', () => {
    expect(Object.keys(dump).sort()).toEqual(Object.keys(TABLES).sort());
    expect(lacking(dump, visitorId, archive.data, open)).toEqual([]);
    // The comparison looked at something: each kind of thing is there.
    const { form, conversations, consents, evidence, sessions, access } = archive.data;
    expect([form.length, conversations[0]?.messages.length, consents.length, evidence.length, sessions.length]).toEqual([
      2, 4, 3, 4, 2,
    ]);
    expect(access.map(({ kind, by, times }) => `${kind} ${by} ${times}`).sort()).toEqual(
      [
        'ip.reveal agent 1',
        'visitor.restricted operator 1',
        'restriction.told operator 1',
        'visitor.unrestricted operator 1',
        'form.rectified visitor 1',
        'hold.set agent 1',
        'export.visitor visitor 1',
      ].sort(),
    );
  });

  it('would be found to lack whatever is left out, and a column or table that is new', () => {
    const { data } = archive;
    const [talk] = data.conversations;
    const without: [object, string][] = [
      [{ ...data, form: data.form.slice(1) }, 'visitor.form_sealed: Aoife O’Rourke'],
      [
        { ...data, conversations: [{ ...talk, messages: talk?.messages.slice(1) }] },
        'message.body_sealed: Do you have The Tide Almanac?',
      ],
      [{ ...data, conversations: [{ ...talk, left: null }] }, 'conversation.left_at: '],
      [{ ...data, consents: data.consents.slice(1) }, 'consent_event.record_id: '],
      [{ ...data, evidence: data.evidence.slice(2) }, 'evidence.salt_sealed: '],
      [{ ...data, sessions: [] }, 'session.revoked_at: '],
      [{ ...data, receipt_links: [] }, 'receipt_link.expires_at: '],
      [{ ...data, requests: [] }, 'request_person.words_sealed: Not for the reading list, thank you.'],
      [{ ...data, restrictions: [] }, 'restriction.ground: accuracy'],
      [{ ...data, objections: [] }, 'objection.answer_sealed: A claim'],
      [{ ...data, told: [] }, 'webhook_delivery.event: data.rectified'],
      [{ ...data, access: [] }, 'audit.action: ip.reveal'],
    ];
    for (const [less, line] of without)
      expect(lacking(dump, visitorId, less, open)).toContainEqual(expect.stringContaining(line));
    const newColumn = { ...dump, visitor: (dump.visitor ?? []).map((row) => ({ ...row, nickname: null })) };
    expect(lacking(newColumn, visitorId, data, open)).toEqual(['visitor.nickname: given or exempt?']);
    const newTable = { ...dump, attachment: [] };
    expect(lacking(newTable, visitorId, data, open)).toEqual(['attachment: a table that nobody has looked at']);
  });

  it('says who uses it, what for, how long, by which right, and to whom to complain, of each notice that was agreed', () => {
    const [about, ...others] = archive.data.about;
    expect(others).toEqual([]);
    expect(about).toMatchObject({
      notice: { hash: visitor.request.noticeHash, version: 1, locale: 'en' },
      controller: { name: 'Northwind Books Ltd', contact: 'privacy@northwind.example', data_protection_officer: null },
      purposes: [
        { id: 'answer', legal_basis: 'consent', retention: 'P90D', data: expect.arrayContaining(['message', 'ip']) },
        {},
        {},
      ],
      recipients: [{ name: 'Harbour Hosting', country: 'IE', role: 'processor' }],
      retention: { proof: 'P3Y', address: 'P30D' },
      rights: expect.arrayContaining(['access', 'erasure', 'portability']),
      authority: 'Data Protection Commission, Dublin',
      source: expect.stringContaining('You wrote it'),
      automated_decision: null,
      safeguards: [],
    });
    const page = archive.texts.get('index.html') ?? '';
    for (const told of [
      'Northwind Books Ltd',
      'Harbour Hosting, IE',
      '90 days',
      '3 years',
      'Data Protection Commission',
      'People decide',
    ])
      expect(page).toContain(told);
    const [ip] = archive.data.evidence.filter(({ kind }) => kind === 'ip');
    expect([ip?.value, Date.parse(ip?.until ?? '') - Date.parse(ip?.stored ?? '')]).toEqual(['127.0.0.1', 30 * 86_400_000]);
  });
});
