import type { NoticeFacts, NoticePurpose } from '../../shared/notice.ts';
import { type LifeWords, newestBackup } from '../backup/lives.ts';
import type { Config } from '../config.ts';
import type { Context } from '../context.ts';
import type { NoticeRow, SiteRow } from '../store/rows.ts';
import type { Reads } from '../store/store.ts';
import { VERSION } from '../version.ts';

/** One site as it runs: what is published is what is done. */
export interface RunningSite {
  site: SiteRow;
  /** Those in force, one of each language. */
  notices: NoticeRow[];
  /** Languages in which something else waits to be published. */
  drafts: string[];
  /** The hour of the first entry of its ledger: when processing began; null for none. */
  began: string | null;
}

/** What a relay runs on, as far as a paper tells of it (PR-73). */
export interface Running {
  at: number;
  version: string;
  widgetBuild: string | null;
  origin: string;
  database: 'SQLite' | 'PostgreSQL';
  /** What the address of PostgreSQL says of TLS; null where it says nothing. */
  sslMode: string | null;
  masterKey: 'environment' | 'file';
  proxies: number;
  heads: { file: boolean; url: boolean };
  /** How long the relay keeps what is its own (ISO 8601): lines of the audit, records of requests, the register of breaches. */
  auditKept: string;
  requestsKept: string;
  breachesKept: string;
  /** How long the last backup was made to live (ISO 8601), and when; null where the relay knows of none. */
  backup: (LifeWords & { at: number }) | null;
  staff: { role: string; count: number }[];
  sites: RunningSite[];
}

/** What it takes to read it: a relay, or a command beside one that knows no build. */
export type Runner = Pick<Context, 'store' | 'clock' | 'config' | 'origin'> & { widgetBuild: string | null };

/** `siteKey` leaves the others out. */
export async function readRunning(ctx: Runner, siteKey: string | null = null): Promise<Running> {
  const { read } = ctx.store;
  const sites = (await read.sites()).filter(({ key }) => siteKey === null || key === siteKey);
  return {
    at: ctx.clock(),
    version: VERSION,
    widgetBuild: ctx.widgetBuild,
    origin: ctx.origin,
    ...relayOf(ctx.config),
    backup: await backupOf(read),
    staff: await read.estate.staff(),
    sites: await Promise.all(
      sites.map(async (site) => ({
        site,
        notices: await read.noticesInForce(site.id),
        drafts: await read.noticeDraftLocales(site.id),
        began: (await read.ledgerEntry(site.id, 1))?.timeBucket ?? null,
      })),
    ),
  };
}

async function backupOf(read: Reads): Promise<Running['backup']> {
  const newest = await newestBackup(read);
  return newest?.lives ? { ...newest.lives, at: newest.at } : null;
}

type OfRelay = 'database' | 'sslMode' | 'masterKey' | 'proxies' | 'heads' | 'auditKept' | 'requestsKept' | 'breachesKept';

function relayOf(config: Config): Pick<Running, OfRelay> {
  const { databaseUrl, masterKey, trustProxy, heads, audit, keep } = config;
  return {
    database: databaseUrl === null ? 'SQLite' : 'PostgreSQL',
    sslMode: databaseUrl !== null && URL.canParse(databaseUrl) ? new URL(databaseUrl).searchParams.get('sslmode') : null,
    masterKey: masterKey === null ? 'file' : 'environment',
    proxies: trustProxy,
    heads: { file: heads.file !== null, url: heads.url !== null },
    auditKept: audit.keep,
    requestsKept: keep.requests,
    breachesKept: keep.breaches,
  };
}

/** Something that notices say, and in which languages they do. */
export interface Said<T> {
  value: T;
  locales: string[];
}

/** What is said by any of the notices, each once: two languages may differ, and then a paper tells both. */
export function saidBy<T>(notices: readonly NoticeRow[], pick: (notice: NoticeRow) => readonly T[]): Said<T>[] {
  const found = new Map<string, Said<T>>();
  for (const notice of notices) {
    for (const value of pick(notice)) {
      const key = JSON.stringify(value);
      const said = found.get(key) ?? { value, locales: [] };
      if (!said.locales.includes(notice.locale)) said.locales.push(notice.locale);
      found.set(key, said);
    }
  }
  return [...found.values()];
}

export interface NamedPurpose extends NoticePurpose {
  /** As the notice calls it. */
  name: string;
  /** Of the notice that names it. */
  jurisdiction: string;
}

/** Each purpose once, by what it is: its name is that of the first language. */
export function purposesOf(notices: readonly NoticeRow[]): Said<NamedPurpose>[] {
  return saidBy(notices, ({ doc }) => doc.purposes).map(({ value, locales }) => {
    const doc = notices.find(({ locale }) => locale === locales[0])?.doc;
    const name = doc?.words.purposes[value.id]?.name ?? value.id;
    return { value: { ...value, name, jurisdiction: doc?.jurisdiction ?? '' }, locales };
  });
}

export function factOf<K extends keyof NoticeFacts>(notices: readonly NoticeRow[], key: K): Said<NonNullable<NoticeFacts[K]>>[] {
  return saidBy(notices, ({ doc }) => {
    const value = doc.facts?.[key];
    return value === undefined || value === null ? [] : [value as NonNullable<NoticeFacts[K]>];
  });
}
