import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordAct } from '../../server/audit/act.ts';
import type { AuditPage } from '../../shared/audit-api.ts';
import { newId } from '../../shared/ids.ts';
import { DAY } from '../../shared/limits.ts';
import { addAgent, connectAgent, signIn, type TestAgent } from '../support/agent.ts';
import { get, post } from '../support/http.ts';
import { askAsAgent, dataOf } from '../support/sockets.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { startVisitor } from '../support/visitor.ts';

const DPO = {
  name: '=HYPERLINK("//x")\u202e\n',
  email: 'dpo@northwind.example',
  password: 'a quiet place by the sea',
  role: 'privacy',
} as const;
const PLAIN = { name: 'Plain', email: 'plain@northwind.example', password: 'another quiet place here', role: 'agent' } as const;

let relay: TestRelay;
let owner: TestAgent;
let dpo: { cookie: string; me: { id: string } };
let conversationId: string;

beforeAll(async () => {
  relay = await startTestRelay();
  await addAgent(relay, DPO);
  await addAgent(relay, PLAIN);
  owner = await connectAgent(relay);
  dpo = await signIn(relay, DPO);
  ({ conversationId } = await startVisitor(relay, { name: 'Seen by nobody', email: 'seen@example.ie' }));
  dataOf(await askAsAgent(owner.socket, 'conversation:open', { conversationId }));
  dataOf(await askAsAgent(owner.socket, 'ip:reveal', { conversationId }));
});
afterAll(async () => {
  owner?.socket.close();
  await relay?.close();
});

const search = async (filter: object = {}, before: AuditPage['next'] = null) =>
  (await post<AuditPage>(relay, '/api/agent/audit/search', { filter, before }, { cookie: dpo.cookie })).body;
const file = (name: string, cookie = dpo.cookie) => get(relay, `/api/agent/audit/export.${name}`, { cookie });

describe('the audit at the desk (PR-82)', () => {
  it('is for owners and the role privacy alone', async () => {
    const plain = await signIn(relay, PLAIN);
    const asked = { filter: {}, before: null };
    const searched = async (cookie: string) => (await post(relay, '/api/agent/audit/search', asked, { cookie })).status;
    const exported = async (cookie: string) => (await file('csv', cookie)).status;
    for (const status of [searched, exported])
      expect([await status(plain.cookie), await status(''), await status(owner.cookie), await status(dpo.cookie)]).toEqual([
        403, 401, 200, 200,
      ]);
  });

  it('names agents, and visitors by their ids alone; each look at it is in it', async () => {
    const { lines, agents } = await search({ object: conversationId });
    expect(lines.map(({ action, agent }) => [action, agent?.name]).sort()).toEqual([
      ['audit.searched', '=HYPERLINK("//x") '],
      ['conversation.opened', 'Owner'],
      ['ip.reveal', 'Owner'],
    ]);
    expect(lines.map(({ seq }) => typeof seq)).toEqual(['number', 'number', 'number']);
    expect(agents.map(({ name }) => name)).toContain('Owner');
    expect(JSON.stringify(lines)).not.toMatch(/Seen by nobody|seen@example/);
  });

  it('is found by action, agent, object and time, page by page', async () => {
    const from = Date.now() + 10_000;
    await relay.ctx.store.write(async (tx) => {
      for (let at = 0; at < 120; at++)
        await recordAct(tx, { actor: { kind: 'relay' }, action: 'key.rotated', object: `key-${at}` }, from + at);
    });
    const first = await search({ action: 'key.rotated' });
    const second = await search({ action: 'key.rotated' }, first.next);
    const third = await search({ action: 'key.rotated' }, second.next);
    expect([first, second, third].map(({ lines }) => lines.length)).toEqual([50, 50, 20]);
    expect(third.next).toBeNull();
    const all = [first, second, third].flatMap(({ lines }) => lines.map(({ object }) => object));
    expect(all).toEqual(Array.from({ length: 120 }, (_, at) => `key-${119 - at}`));
    const day = (at: number) => new Date(at).toISOString().slice(0, 10);
    const counts = [
      { from: day(from) },
      { from: day(from + DAY) },
      { from: day(from), to: day(from) },
      { to: day(from - DAY) },
    ].map(async (time) => (await search({ action: 'key.rotated', ...time })).lines.length);
    expect(await Promise.all(counts)).toEqual([50, 0, 50, 0]);
    expect((await search({ agent: owner.me.id, action: 'ip.reveal' })).lines).toHaveLength(1);
    expect((await search({ object: newId() })).lines).toEqual([]);
    for (const filter of [{ action: 'none' }, { object: 'a b' }, { object: 'x'.repeat(200) }, { more: 1 }, { from: 'now' }])
      expect((await post(relay, '/api/agent/audit/search', { filter, before: null }, { cookie: dpo.cookie })).status).toBe(400);
    expect([(await file('xls')).status, (await file('csv?action=none')).status]).toEqual([404, 400]);
  });

  it('is exported whole, as CSV that no spreadsheet runs, and as JSON', async () => {
    await relay.ctx.store.write((tx) =>
      recordAct(
        tx,
        { actor: { kind: 'relay' }, action: 'key.rotated', object: '+1+cmd', detail: { why: '-2' } },
        Date.now() + 60_000,
      ),
    );
    const csv = await file('csv');
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(csv.headers.get('content-disposition')).toMatch(/^attachment; filename="?parley-audit-\d{4}-\d\d-\d\d\.csv"?$/);
    const rows = csv.text.split('\r\n');
    expect(rows[0]).toBe('time_utc,who,agent,agent_id,session,action,object,detail,entry');
    expect(rows.at(-1)).toBe('');
    expect(rows[1]).toMatch(/,key\.rotated,'\+1\+cmd,why=-2,\d+$/);
    expect(csv.text).toContain(`"'=HYPERLINK(""//x"") "`);
    expect(csv.text).not.toMatch(/\u202e|(^|,)"?[=+@-]/m);
    expect(rows.filter((row) => row.includes(',ip.reveal,'))).toHaveLength(1);
    const json = await file(`json?object=${conversationId}`);
    expect(json.headers.get('content-disposition')).toContain('.json');
    const { schema, lines } = json.body as unknown as { schema: string; lines: { action: string; time_utc: string }[] };
    expect([schema, lines[0]?.action, lines.at(-1)?.action]).toEqual(['parley-audit/1', 'audit.exported', 'conversation.opened']);
    expect(lines[0]?.time_utc).toMatch(/Z$/);
    expect(rows).toHaveLength((await relay.ctx.store.read.audit.newest(1000)).length + 1);
  });

  it('does not name again whom it is asked for once they are erased', async () => {
    const visitor = await startVisitor(relay);
    await post(relay, '/api/privacy/erase', { session: visitor.session });
    await search({ object: visitor.conversationId });
    const [line] = (await relay.ctx.store.read.audit.newest(200)).filter(({ action }) => action === 'audit.searched');
    expect(line?.object).toBe('audit');
    expect(JSON.stringify(await relay.ctx.store.read.audit.newest(500))).not.toContain(visitor.conversationId);
  });
});
