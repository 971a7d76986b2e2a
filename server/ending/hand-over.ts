import { createHash } from 'node:crypto';
import { endBytes, type HandOver } from '../../shared/site-end.ts';
import { recordAct } from '../audit/act.ts';
import { Refusal } from '../errors.ts';
import { certificateOf } from '../ledger/certificate.ts';
import { siteChain } from '../ledger/chains.ts';
import { headsAfter } from '../ledger/heads.ts';
import { readTombstone } from '../ledger/ledger.ts';
import { noticePage } from '../notices/page.ts';
import { PAPER_STYLE } from '../notices/style.ts';
import { exportOf } from '../privacy/export.ts';
import { zipOf } from '../privacy/zip.ts';
import type { Issuer } from '../receipts/receipt.ts';
import type { LedgerEntryRow, NoticeRow, SiteRow } from '../store/rows.ts';
import type { Reads } from '../store/store.ts';
import { END_WITHIN } from './due.ts';

/** Takes a file of the hand-over. One after the other: a site may be larger than memory. */
export type Keep = (name: string, body: string | Uint8Array) => void;

const AT_A_TIME = 500;
const asJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const iso = (at: number): string => new Date(at).toISOString();

/**
 * Hands over all data of a site: everything about each visitor as they would get it themselves, what the owner wrote, and
 * what proves it. From then on it is due to be erased (PR-59, GDPR Art. 28(3)(g)). Nothing is taken away yet.
 */
export async function handOverSite(ctx: Issuer, site: SiteRow, keep: Keep): Promise<HandOver> {
  const { read } = ctx.store;
  const at = ctx.clock();
  await ctx.store.write((tx) => recordAct(tx, { actor: { kind: 'operator' }, action: 'site.exported', object: site.id }, at));
  const files: HandOver['files'] = [];
  const give: Keep = (name, body) => {
    keep(name, body);
    files.push({ name, sha256: createHash('sha256').update(body).digest('hex') });
  };
  const digests: HandOver['digests'] = {};
  for await (const visitorId of visitorsOf(read, site.id)) {
    // Before it is read: what comes meanwhile differs later, and is handed over then.
    const digest = await digestOf(read, visitorId);
    const archive = await archiveOf(ctx, visitorId);
    if (!archive) continue;
    digests[visitorId] = digest;
    give(`visitors/${visitorId}.zip`, archive);
  }
  const notices = await allNotices(read, site.id);
  giveWords(site, notices, give);
  const head = await read.ledgerHead(site.id);
  await giveProof(read, site.id, give);
  const unsigned: Omit<HandOver, 'signature'> = {
    schema: 'parley-hand-over/1',
    site_id: site.id,
    site_key: site.key,
    time: iso(at),
    due: iso(at + END_WITHIN),
    visitors: Object.keys(digests).length,
    notices: notices.length,
    ledger: { entries: head.seq, hash: head.hash },
    files,
    digests,
  };
  const signed: HandOver = { ...unsigned, signature: ctx.signing.sign(endBytes(unsigned)) };
  keep('hand-over.json', asJson(signed));
  await ctx.store.write(async (tx) => {
    const known = await tx.estate.siteEnd(site.id);
    const due = { handedOverAt: at, dueAt: at + END_WITHIN };
    await tx.estate.upsertSiteEnd({ siteId: site.id, endedAt: null, report: null, kid: null, signature: null, ...known, ...due });
  });
  return signed;
}

/** Everything about one visitor, packed; null for one who was erased meanwhile. */
export async function archiveOf(ctx: Issuer, visitorId: string): Promise<Uint8Array | null> {
  try {
    return await zipOf(await exportOf(ctx, { visitorId }, 'operator'), ctx.clock());
  } catch (error) {
    if (error instanceof Refusal && error.code === 'not_found') return null;
    throw error;
  }
}

/** In the order of their ids, read page by page. */
export async function* visitorsOf(read: Reads, siteId: string): AsyncGenerator<string> {
  for (let after = ''; ; ) {
    const page = await read.estate.visitorsOf(siteId, after, AT_A_TIME);
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last;
  }
}

/** Another one as soon as the visitor or an agent wrote, decided or corrected something. */
export async function digestOf(read: Reads, visitorId: string): Promise<string> {
  const form = (await read.visitor(visitorId))?.formSealed ?? null;
  const conversations = (await read.conversationsOf(visitorId)).map(({ id, lastSeq, status, closedAt }) => {
    return [id, lastSeq, status, closedAt];
  });
  const events = (await read.consentEventsOfVisitor(visitorId)).map(({ recordId }) => recordId);
  const parts = [form && Buffer.from(form).toString('base64'), conversations, events];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

async function allNotices(read: Reads, siteId: string): Promise<NoticeRow[]> {
  const locales = [...new Set((await read.noticeVersions(siteId)).map(({ locale }) => locale))];
  return (await Promise.all(locales.map((locale) => read.noticesOf(siteId, locale)))).flat();
}

function giveWords({ id, key, name, origins, settings, createdAt }: SiteRow, notices: NoticeRow[], give: Keep): void {
  give('site.json', asJson({ id, key, name, origins, settings, created: iso(createdAt) }));
  const style = `<style>\n${PAPER_STYLE}</style>`;
  for (const notice of notices) {
    const { hash, version, locale, doc, publishedAt } = notice;
    give(`notices/${hash}.html`, noticePage(notice, name, style));
    give(`notices/${hash}.json`, asJson({ hash, version, locale, published: iso(publishedAt), doc }));
  }
}

/** The ledger as it stands, its signed heads, the certificates of erasures, and the keys that all of it is signed with. */
async function giveProof(read: Reads, siteId: string, give: Keep): Promise<void> {
  const entries = await allEntries(read, siteId);
  give('ledger/entries.jsonl', entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  give('ledger/heads.json', asJson(await headsAfter(read, siteChain(siteId), 0)));
  const keys = (await read.signingKeys()).map(({ kid, publicKey }) => ({ kid, publicKey }));
  give('ledger/keys.json', asJson(keys));
  const bySeq = new Map(entries.map((entry) => [entry.seq, entry]));
  const certificates = (await read.erasures(siteId, 0, entries.length + 1)).map((row) => {
    const entry = bySeq.get(row.seq);
    return certificateOf(row, entry?.hash ?? '', entry ? (readTombstone(entry)?.covers ?? []) : []);
  });
  give('ledger/erasures.json', asJson(certificates));
}

async function allEntries(read: Reads, siteId: string): Promise<LedgerEntryRow[]> {
  const entries: LedgerEntryRow[] = [];
  for (;;) {
    const page = await read.ledgerEntries(siteId, entries.at(-1)?.seq ?? 0, AT_A_TIME);
    if (page.length === 0) return entries;
    entries.push(...page);
  }
}
