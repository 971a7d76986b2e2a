import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decideBreach, recordBreach } from '../../server/breaches/record.ts';
import { previewRetention, runRetention } from '../../server/retention/job.ts';
import { newId } from '../../shared/ids.ts';
import { DAY, HOUR } from '../../shared/limits.ts';
import { dumpTables } from '../support/database.ts';
import type { Dump, Row } from '../support/export-tables.ts';
import { type RequestDesk, START, startRequestDesk } from '../support/requests.ts';
import { startVisitor } from '../support/visitor.ts';

const YEAR = 365 * DAY;
const OPERATOR = { kind: 'operator' } as const;

let desk: RequestDesk;
beforeEach(async () => {
  desk = await startRequestDesk();
});
afterEach(() => desk?.relay.close());

const run = (keep: Partial<RequestDesk['relay']['ctx']['config']['keep']> = {}) => {
  const { ctx } = desk.relay;
  return runRetention({ ...ctx, config: { ...ctx.config, keep: { ...ctx.config.keep, ...keep } } }, true);
};
const rowsOf = (table: string): Row[] => (dumpTables(desk.relay) as Dump)[table] ?? [];
const idsOf = (table: string, column = 'id') => [...new Set(rowsOf(table).map((row) => row[column]))].sort();

describe('the record of a request by right (PR-60)', () => {
  it('goes three years after the answer, with every step; the day before it is there, and so is one that is younger', async () => {
    const old = await desk.enter();
    await desk.answer(old.id);
    await desk.at(START + 10 * DAY);
    const younger = await desk.enter();
    await desk.answer(younger.id);
    await desk.at(START + 3 * YEAR);
    expect((await run()).counts).not.toHaveProperty('requests');
    expect(idsOf('request')).toEqual([old.id, younger.id].sort());
    await desk.at(START + 3 * YEAR + 1);
    expect((await run()).counts).toMatchObject({ requests: 1 });
    expect(idsOf('request')).toEqual([younger.id]);
    expect(idsOf('request_step', 'request_id')).toEqual([younger.id]);
    expect((await desk.ask(`/one/${old.id}`)).status).toBe(404);
    expect((await desk.ask(`/one/${younger.id}`)).status).toBe(200);
    await desk.at(START + 3 * YEAR + 10 * DAY + 1);
    expect((await run()).counts).toMatchObject({ requests: 1 });
    expect([rowsOf('request'), rowsOf('request_step')]).toEqual([[], []]);
  });

  it('takes words and key along where the owner keeps it for less than a year, and nothing of its person’s chat', async () => {
    const visitor = await startVisitor(desk.relay);
    const { id } = await desk.enterFor(visitor, { text: 'canary-words-of-a-request' });
    await desk.answer(id);
    const { read } = desk.relay.ctx.store;
    const chat = async () => (await read.dataKeysOf(await desk.visitorIdOf(visitor))).map((key) => key.class).sort();
    expect(await read.dataKeysOf(id)).not.toEqual([]);
    await desk.at(START + 30 * DAY + 1);
    expect((await run({ requests: 'P30D' })).counts).toMatchObject({ requests: 1 });
    expect([rowsOf('request'), rowsOf('request_person'), await read.dataKeysOf(id)]).toEqual([[], [], []]);
    expect(await chat()).toEqual(['consent', 'evidence', 'form', 'messages']);
  });

  it('stays while it is owed an answer, however old', async () => {
    const { id } = await desk.enter();
    await desk.at(START + 9 * YEAR);
    await run();
    expect(idsOf('request')).toEqual([id]);
  });
});

describe('an entry of the register of breaches (PR-60)', () => {
  const record = async (): Promise<string> => {
    const now = desk.now();
    const input = { since: now - HOUR, until: now, detectedAt: now, site: null };
    return (await recordBreach(desk.relay.ctx, input, OPERATOR)).id;
  };
  const decide = (id: string, state: 'open' | 'notified') =>
    decideBreach(desk.relay.ctx, id, { state, notes: 'A laptop was stolen.' }, OPERATOR);

  it('goes five years after the decision, not after it was recorded; where nobody decided, after it was recorded', async () => {
    const [decided, undecided] = [await record(), await record()];
    await desk.at(START + 100 * DAY);
    await decide(decided, 'notified');
    await desk.at(START + 5 * YEAR);
    expect((await run()).counts).not.toHaveProperty('breaches');
    await desk.at(START + 5 * YEAR + 1);
    expect((await run()).counts).toMatchObject({ breaches: 1 });
    expect(idsOf('breach')).toEqual([decided]);
    expect(idsOf('breach')).not.toContain(undecided);
    await desk.at(START + 5 * YEAR + 100 * DAY + 1);
    expect((await run()).counts).toMatchObject({ breaches: 1 });
    expect(rowsOf('breach')).toEqual([]);
    const [last] = await desk.relay.ctx.store.read.retention.runs(1);
    expect(last?.counts).toMatchObject({ breaches: 1 });
  });

  it('goes when the owner says', async () => {
    await decide(await record(), 'notified');
    await desk.at(START + 30 * DAY + 1);
    expect((await run()).counts).not.toHaveProperty('breaches');
    expect((await run({ breaches: 'P30D' })).counts).toMatchObject({ breaches: 1 });
  });
});

describe('a dry run (PR-61)', () => {
  it('counts of the relay’s own records what the run then takes, each from its own moment, and takes nothing', async () => {
    const { ctx } = desk.relay;
    const { id } = await desk.enter();
    await desk.answer(id);
    await recordBreach(ctx, { since: START - HOUR, until: START, detectedAt: START, site: null }, OPERATOR);
    await ctx.store.write((tx) =>
      tx.accessLog.insert({ id: newId(), siteId: 'demo', valueSealed: new Uint8Array([1]), dueAt: START + 2 * DAY }),
    );
    const due = async () => (await previewRetention(ctx)).counts;
    const moments: [number, Record<string, number>][] = [
      [START + 2 * DAY - 1, {}],
      [START + 2 * DAY, { access: 1 }],
      [START + 3 * YEAR + 1, { access: 1, requests: 1 }],
      [START + 5 * YEAR + 1, { access: 1, requests: 1, breaches: 1 }],
    ];
    for (const [time, counts] of moments) {
      await desk.at(time);
      const { access, requests, breaches } = await due();
      expect({ access, requests, breaches }).toEqual({ ...counts });
    }
    const [dump, counted] = [dumpTables(desk.relay), await due()];
    expect(counted.audit).toBeGreaterThan(0);
    expect(counted.security).toBeGreaterThan(0);
    expect(dumpTables(desk.relay)).toEqual(dump);
    expect((await run()).counts).toEqual(counted);
    expect(await due()).toEqual({});
  });
});
