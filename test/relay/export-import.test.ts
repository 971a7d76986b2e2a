import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { visitorKeys } from '../../server/visitors/keys.ts';
import { newId } from '../../shared/ids.ts';
import { connectAgent } from '../support/agent.ts';
import { archiveOf } from '../support/archive.ts';
import { dumpTables } from '../support/database.ts';
import type { Dump, Row } from '../support/export-tables.ts';
import { post } from '../support/http.ts';
import { type Imported, type ImportedConsent, type ImportedMessage, importExport } from '../support/import-export.ts';
import { askAsAgent, askAsVisitor, dataOf } from '../support/sockets.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { decisionOf, startVisitor, type TestVisitor } from '../support/visitor.ts';

let relay: TestRelay;
let visitor: TestVisitor;
let json: string;

beforeAll(async () => {
  relay = await startTestRelay();
  visitor = await startVisitor(relay, { name: 'Zoë “Zo” O’Rourke', email: 'zoe+books@orourke.example' });
  await startVisitor(relay, { name: 'Somebody else', email: 'else@orourke.example' });
  const agent = await connectAgent(relay);
  const socket = await visitor.connect();
  const { conversationId } = visitor;
  for (const body of ['Two\nlines, and a tab\there.', '<b>&amp;</b> "quoted" \\ 👩‍👩‍👧 việt', '  spaces kept?  .'])
    dataOf(await askAsVisitor(socket, 'message:send', { id: newId(), body }));
  dataOf(await askAsAgent(agent.socket, 'message:send', { conversationId, id: newId(), body: 'Both are here.' }));
  for (const granted of [true, false, true]) await post(relay, '/api/consents/decide', decisionOf(visitor, { granted }));
  socket.close();
  agent.socket.close();
  json = (await archiveOf(relay, visitor.session)).texts.get('export.json') ?? '';
});
afterAll(() => relay?.close());

/** The same rows from the tables themselves, opened by the vault; nothing of the export's code is in it. */
async function stored(): Promise<Imported> {
  const dump = dumpTables(relay) as Dump;
  const { store } = relay.ctx;
  const visitorId = String((dump.conversation ?? []).find(({ id }) => id === visitor.conversationId)?.visitor_id);
  const keys = await visitorKeys(relay.ctx, store.read, visitorId);
  const of = (table: string, column: string, value: string): Row[] =>
    (dump[table] ?? []).filter((row) => row[column] === value).toSorted((a, b) => Number(a.seq) - Number(b.seq));
  const sealed = (row: Row, column: string) => row[column] as Uint8Array;
  const at = (table: string, column: string, row: unknown) => ({ table, column, row: String(row) });
  const [person] = of('visitor', 'id', visitorId);
  if (!person) throw new Error('no visitor');
  return {
    visitorId,
    form: JSON.parse(keys.openText('form', at('visitor', 'form', visitorId), sealed(person, 'form_sealed'))) as Imported['form'],
    messages: of('message', 'conversation_id', visitor.conversationId).map(
      (row) =>
        ({
          ...{ id: row.id, conversationId: row.conversation_id, seq: row.seq, author: row.author },
          body: keys.openText('messages', at('message', 'body', row.id), sealed(row, 'body_sealed')),
          ...{ at: row.at, erasedAt: row.erased_at },
        }) as ImportedMessage,
    ),
    consents: of('consent_event', 'visitor_id', visitorId).map((row) => {
      const place = (column: string) => at('consent_event', column, row.record_id);
      return {
        ...{ recordId: row.record_id, actId: row.act_id, siteId: row.site_id, seq: row.seq, visitorId },
        ...{ purpose: row.purpose, state: row.state, at: row.at, noticeHash: row.notice_hash },
        salt: Buffer.from(keys.open('consent', place('salt'), sealed(row, 'salt_sealed'))).toString('hex'),
        payload: JSON.parse(keys.openText('consent', place('payload'), sealed(row, 'payload_sealed'))),
      } as ImportedConsent;
    }),
  };
}

const inOrder = ({ consents, ...rest }: Imported): Imported => ({
  ...rest,
  consents: consents.toSorted((a, b) => a.seq - b.seq),
});

describe('an export, read back by another program (PR-50)', () => {
  it('is what the tables hold: every message, every field of the form, every consent, and of nobody else', async () => {
    const imported = inOrder(importExport(json));
    expect(imported).toEqual(await stored());
    expect([imported.messages.length, Object.keys(imported.form).length, imported.consents.length]).toEqual([5, 2, 4]);
  });

  it('is refused where anything is missing, unknown or in another form', () => {
    const changed = (change: (data: Record<string, unknown[]>) => void): string => {
      const data = JSON.parse(json) as Record<string, unknown[]>;
      change(data);
      return JSON.stringify(data);
    };
    const first = (data: Record<string, unknown[]>, key: string) => (data[key] ?? [])[0] as Record<string, unknown>;
    const wrong: [string, RegExp][] = [
      [changed((data) => delete data.consents), /^export has the fields/],
      [changed((data) => Object.assign(data, { more: [] })), /^export has the fields/],
      [changed((data) => Object.assign(first(data, 'form'), { value: null })), /is no text/],
      [changed((data) => data.form?.push(first(data, 'form'))), /is there twice/],
      [changed((data) => Object.assign(first(data, 'consents'), { time: '2026-01-01' })), /consent.time is no time/],
      [changed((data) => delete first(data, 'conversations').messages), /^conversation has the fields/],
    ];
    for (const [text, fault] of wrong) expect(() => importExport(text)).toThrow(fault);
  });
});
