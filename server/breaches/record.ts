import { z } from 'zod';
import type { AuditActor } from '../../shared/audit.ts';
import { newId } from '../../shared/ids.ts';
import { recordAct } from '../audit/act.ts';
import type { Config } from '../config.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import type { BreachScope, Reach } from '../store/breaches.ts';
import { KINDS } from '../store/held.ts';
import type { BreachRow, BreachState, SiteRow } from '../store/rows.ts';
import type { Reads, Tx } from '../store/store.ts';
import type { Rewrapper } from '../vault/aes-vault.ts';

/** What it takes to record a breach: a relay, or a command beside it. */
export type Recorder = Pick<Context, 'store' | 'vault' | 'clock'> & {
  config: Pick<Config, 'databaseUrl' | 'masterKey'>;
};

const count = z.number().int().min(0);
const held = z.strictObject({ rows: count, persons: count });

/** What the register keeps of a breach: as it was counted then, without anybody’s name. */
export const breachReport = z.strictObject({
  schema: z.literal('parley-breach/1'),
  persons: count,
  conversations: count,
  active: count,
  erasedSince: count,
  kinds: z.record(z.enum(KINDS), held),
  acts: z.array(z.strictObject({ action: z.string(), count })),
  /** By key and law alone: the register outlives the service of a site, and its owner's words do not. */
  sites: z.array(z.strictObject({ key: z.string(), jurisdictions: z.array(z.string()) })),
  masterKey: z.enum(['environment', 'file']),
  database: z.enum(['SQLite', 'PostgreSQL']),
});
export type BreachReport = z.infer<typeof breachReport>;

export interface BreachInput {
  /** Epoch milliseconds; the end is exclusive. */
  since: number;
  until: number;
  detectedAt: number;
  /** A site’s key; null is every site. */
  site: string | null;
}

/**
 * Counts what lay within reach and puts it into the register, whether it is notified or not (PR-72, GDPR Art. 33(5)).
 * @throws Refusal `invalid` for times that cannot be, `not_found` for a site that is none.
 */
export async function recordBreach(ctx: Recorder, input: BreachInput, actor: AuditActor): Promise<BreachRow> {
  const now = ctx.clock();
  if (input.since >= input.until || input.detectedAt > now) throw new Refusal('invalid', { fields: { until: 'order' } });
  const { read } = ctx.store;
  const site = input.site === null ? null : await read.siteByKey(input.site);
  if (input.site !== null && !site) throw new Refusal('not_found');
  const scope: BreachScope = { since: input.since, until: input.until, siteId: site?.id ?? null };
  const report = await assess(ctx, scope, site ? [site] : await read.sites());
  const row: BreachRow = {
    id: newId(now),
    recordedAt: now,
    recordedBy: actor.kind === 'agent' ? actor.id : null,
    detectedAt: input.detectedAt,
    ...scope,
    report: JSON.stringify(report),
    state: 'open',
    decidedAt: null,
    notesSealed: null,
  };
  await ctx.store.write(async (tx) => {
    await tx.breaches.insert(row);
    await recordAct(tx, { actor, action: 'breach.recorded', object: row.id }, now);
  });
  return row;
}

async function assess({ store: { read }, config }: Recorder, scope: BreachScope, sites: SiteRow[]): Promise<BreachReport> {
  const reach: Reach = await read.breaches.reach(scope);
  return {
    schema: 'parley-breach/1',
    ...reach,
    acts: await read.breaches.acts(scope),
    sites: await Promise.all(
      sites.map(async ({ id, key }) => {
        const notices = await read.noticesInForce(id);
        return { key, jurisdictions: [...new Set(notices.map(({ doc }) => doc.jurisdiction))] };
      }),
    ),
    masterKey: config.masterKey === null ? 'file' : 'environment',
    database: config.databaseUrl === null ? 'SQLite' : 'PostgreSQL',
  };
}

/** Who is told and who can say more, as the notices in force name them today. */
export interface BreachNames {
  /** By the jurisdiction. */
  authorities: ReadonlyMap<string, string>;
  contacts: string[];
}

export async function namesFor(read: Reads, { siteId }: Pick<BreachRow, 'siteId'>): Promise<BreachNames> {
  const sites = (await read.sites()).filter(({ id }) => siteId === null || id === siteId);
  const docs = (await Promise.all(sites.map(({ id }) => read.noticesInForce(id)))).flat().map(({ doc }) => doc);
  const contacts = docs.map(({ controller, facts }) => [controller.name, facts?.dpo ?? controller.contact].join(', '));
  return {
    authorities: new Map(docs.map(({ jurisdiction, authority }) => [jurisdiction, authority])),
    contacts: [...new Set(contacts)],
  };
}

export const reportOf = (row: BreachRow): BreachReport => breachReport.parse(JSON.parse(row.report));

const notesPlace = (id: string) => ({ table: 'breach', column: 'notes', row: id });

/** Facts, effects and remedy, as somebody wrote them down; null while nobody has. */
export function notesOf(ctx: Pick<Context, 'vault'>, { id, notesSealed }: BreachRow): string | null {
  return notesSealed === null ? null : Buffer.from(ctx.vault.openOwn(notesPlace(id), notesSealed)).toString('utf8');
}

/** Brings every note under another master key, and gives how many. */
export async function rewrapNotes(tx: Tx, rewrapper: Rewrapper): Promise<number> {
  let done = 0;
  for (const { id, state, decidedAt, notesSealed } of await tx.breaches.register()) {
    if (!notesSealed) continue;
    await tx.breaches.decide(id, { state, decidedAt, notesSealed: rewrapper.own(notesPlace(id), notesSealed) });
    done += 1;
  }
  return done;
}

/**
 * Writes down what was decided of a breach, and why. It can be decided again; the trail keeps when.
 * @throws Refusal `not_found`
 */
export async function decideBreach(
  ctx: Pick<Context, 'store' | 'vault' | 'clock'>,
  id: string,
  { state, notes }: { state: BreachState; notes: string },
  actor: AuditActor,
): Promise<BreachRow> {
  const now = ctx.clock();
  const notesSealed = notes === '' ? null : ctx.vault.sealOwn(notesPlace(id), Buffer.from(notes, 'utf8'));
  await ctx.store.write(async (tx) => {
    if (!(await tx.breaches.breach(id))) throw new Refusal('not_found');
    await tx.breaches.decide(id, { state, decidedAt: state === 'open' ? null : now, notesSealed });
    await recordAct(tx, { actor, action: 'breach.decided', object: id }, now);
  });
  return requireBreach(ctx.store.read, id);
}

/** @throws Refusal `not_found` */
export async function requireBreach(read: Reads, id: string): Promise<BreachRow> {
  const row = await read.breaches.breach(id);
  if (!row) throw new Refusal('not_found');
  return row;
}

const LISTED_AT_A_TIME = 500;

/**
 * The conversations within reach, a line each: ids that the relay drew by lot, no name (PR-72). That they were listed stands
 * in the trail.
 */
export async function listReached(ctx: Pick<Context, 'store' | 'clock'>, row: BreachRow, actor: AuditActor): Promise<string[]> {
  await ctx.store.write((tx) => recordAct(tx, { actor, action: 'breach.listed', object: row.id }, ctx.clock()));
  const { read } = ctx.store;
  const keys = new Map((await read.sites()).map(({ id, key }) => [id, key]));
  const iso = (at: number): string => new Date(at).toISOString();
  const lines = ['conversation,visitor,site,began,last_activity,active'];
  for (let after = ''; ; ) {
    const page = await read.breaches.reached(row, after, LISTED_AT_A_TIME);
    for (const one of page) {
      const active = one.lastAt >= row.since ? 'yes' : 'no';
      lines.push([one.id, one.visitorId, keys.get(one.siteId) ?? '', iso(one.createdAt), iso(one.lastAt), active].join(','));
    }
    const last = page.at(-1);
    if (!last) return lines;
    after = last.id;
  }
}
