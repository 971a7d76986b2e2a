import { AUDIT_CHAIN } from '../../shared/audit-entry.ts';
import { auditWords } from '../../shared/i18n/audit.en.ts';
import { doctorWords } from '../../shared/i18n/doctor.en.ts';
import { retentionWords } from '../../shared/i18n/retention.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { DAY, MINUTE } from '../../shared/limits.ts';
import { COPIED_WITHIN, urlTarget, waitsSince } from '../audit/copy.ts';
import { lastInFile } from '../audit/copy-file.ts';
import { type Config, isLoopback } from '../config.ts';
import { lastOrigin } from '../last-origin.ts';
import { auditChain, type Chain, siteChain } from '../ledger/chains.ts';
import { HEAD_EVERY } from '../ledger/heads.ts';
import { readHeads } from '../ledger/witness.ts';
import { settingsInForce, settingsNotes } from '../notices/generated.ts';
import { lintNotice } from '../notices/lint.ts';
import { inWords } from '../notices/publish.ts';
import { countRequests } from '../requests/present.ts';
import { lateness } from '../retention/job.ts';
import { MIGRATIONS } from '../store/migrations/index.ts';
import type { NoticeRow, SiteRow, TreeHeadRow } from '../store/rows.ts';
import type { Reads, Store } from '../store/store.ts';
import { unnamedIn } from '../webhooks/named.ts';
import { backupFindings } from './doctor-backups.ts';
import { keyFindings } from './doctor-keys.ts';
import { ageWords, type Finding, say } from './finding.ts';
import { openBeside } from './open.ts';

/** Looks at everything that can be amiss without anybody noticing, a line each; 1 when something is wrong. */
export async function doctorCommand(config: Config): Promise<number> {
  const store = await openBeside(config);
  try {
    const now = Date.now();
    const kind = config.databaseUrl ? 'PostgreSQL' : 'SQLite';
    const found = [
      say('ok', 'database.open', { kind, schema: MIGRATIONS.at(-1)?.version ?? 0 }),
      ...(await keyFindings(config, store, now)),
      ...(await backupFindings(store.read, now)),
      address(config),
      ...(await requests(store, now)),
    ];
    for (const site of await store.read.sites()) {
      found.push(
        ...(await heads(config, store.read, siteChain(site.id), site.key, now)),
        ...(await service(store.read, site, now)),
      );
    }
    found.push(
      ...(await heads(config, store.read, auditChain, AUDIT_CHAIN, now)),
      ...(await auditCopies(config, store.read, now)),
    );
    found.push(await retention(store.read, now));
    for (const { level, text } of found) console.log(`${doctorWords[level].padEnd(6)} ${text}`);
    return found.some(({ level }) => level === 'wrong') ? 1 : 0;
  } finally {
    await store.close();
  }
}

function address(config: Config): Finding {
  const origin = lastOrigin(config);
  const { protocol, hostname } = new URL(origin);
  if (isLoopback(hostname)) return say('note', 'address.local', { origin });
  return protocol === 'https:' ? say('ok', 'address.secure', { origin }) : say('wrong', 'address.plain', { origin });
}

/** Requests by right that are late or soon due, with how many; silent where none is open (PR-51). */
async function requests(store: Store, now: number): Promise<Finding[]> {
  const { open, overdue, soon } = await countRequests({ store, clock: () => now });
  if (open === 0) return [];
  if (overdue > 0) return [say('wrong', 'requests.overdue', { overdue, soon })];
  return [soon > 0 ? say('note', 'requests.soon', { soon }) : say('ok', 'requests.open', { open })];
}

async function heads(config: Config, read: Reads, chain: Chain, site: string, now: number): Promise<Finding[]> {
  const newest = await chain.newestHead(read);
  if (!newest) {
    const { seq } = await chain.head(read);
    return [seq === 0 ? say('ok', 'head.empty', { site }) : say('note', 'head.none', { site })];
  }
  const age = now - newest.at;
  const values = { site, age: ageWords(age), size: newest.size };
  // A day for the head, and one for a relay that was being moved.
  const head = age < 2 * HEAD_EVERY ? say('ok', 'head.age', values) : say('wrong', 'head.old', values);
  return [head, witness(config, site, newest)];
}

function witness({ heads: { file, url } }: Config, site: string, newest: TreeHeadRow): Finding {
  if (file === null) return url === null ? say('note', 'witness.none', { site }) : say('note', 'witness.url', { site, url });
  try {
    const isKept = readHeads(file).some((head) => head.site_id === newest.siteId && head.root === newest.root);
    return isKept ? say('ok', 'witness.file', { site, file }) : say('wrong', 'witness.behind', { site, file });
  } catch (error) {
    return say('wrong', 'witness.unread', { site, file, why: error instanceof Error ? error.message : String(error) });
  }
}

/** A site that has ended needs no notice; one whose data was handed over is due to be erased (PR-59). */
async function service(read: Reads, site: SiteRow, now: number): Promise<Finding[]> {
  const end = await read.estate.siteEnd(site.id);
  if (end && end.endedAt !== null) return [say('ok', 'end.over', { site: site.key })];
  const inService = [...(await notices(read, site)), ...(await recipients(read, site, now))];
  if (!end) return inService;
  const values = { site: site.key, due: new Date(end.dueAt).toISOString().slice(0, 10) };
  return [say(now > end.dueAt ? 'wrong' : 'note', now > end.dueAt ? 'end.late' : 'end.due', values), ...inService];
}

/** How far the audit's copies off this host are behind (PR-82). */
async function auditCopies({ audit: { file, url } }: Config, read: Reads, now: number): Promise<Finding[]> {
  if (file === null && url === null) return [{ level: 'note', text: auditWords['copy.none'] }];
  const found: Finding[] = [];
  if (file !== null) {
    const last = lastInFile(file);
    const isSame = last === null || (await read.auditChain.entry(last.seq))?.hash === last.hash;
    found.push(
      isSame
        ? await copyAge(read, file, last?.seq ?? 0, now)
        : { level: 'wrong', text: fill(auditWords['copy.differs'], { place: file, seq: last.seq }) },
    );
  }
  // The rest of an address may hold a secret.
  if (url !== null) found.push(await copyAge(read, new URL(url).origin, await read.auditChain.copiedUntil(urlTarget(url)), now));
  return found;
}

async function copyAge(read: Reads, place: string, seq: number, now: number): Promise<Finding> {
  const since = await waitsSince(read, seq);
  if (since === null || now - since < COPIED_WITHIN) return { level: 'ok', text: fill(auditWords['copy.is'], { place, seq }) };
  const minutes = Math.floor((now - since) / MINUTE);
  return { level: 'wrong', text: fill(auditWords['copy.late'], { place, seq, minutes }) };
}

/** Of each language: what the linter says of the notice in force, where the settings are others, and what waits. */
async function notices(read: Reads, site: SiteRow): Promise<Finding[]> {
  const inForce = await read.noticesInForce(site.id);
  if (inForce.length === 0) return [say('wrong', 'notice.none', { site: site.key })];
  const found = await Promise.all(
    inForce.map(async (notice) => {
      const at = { site: site.key, locale: notice.locale };
      const draft = await read.noticeDraft(site.id, notice.locale);
      return [
        ...words(notice, site),
        ...settingsNotes(notice.doc, site.settings).map((note) => say('note', 'settings.unlike', { ...at, note })),
        ...(draft ? [say('note', 'draft.waits', at)] : []),
      ];
    }),
  );
  return found.flat();
}

/** Who is told by webhook and is in no notice (PR-05), and who has not answered for long. */
async function recipients(read: Reads, { id, key: site }: SiteRow, now: number): Promise<Finding[]> {
  const versions = new Map((await read.noticesInForce(id)).map(({ locale, version }) => [locale, version]));
  const webhooks = await read.webhooks.ofSite(id);
  const found = await Promise.all(
    webhooks.map(async ({ id: webhookId, recipient }) => {
      const unnamed = (await unnamedIn(read, id, recipient)).map((locale) =>
        say('note', 'recipient.unnamed', { site, locale, recipient, version: versions.get(locale) ?? 0 }),
      );
      const oldest = await read.webhooks.oldestWaiting(webhookId);
      const age = oldest === null ? 0 : now - oldest;
      return age < DAY ? unnamed : [...unnamed, say('wrong', 'recipient.late', { site, recipient, age: ageWords(age) })];
    }),
  );
  return found.flat();
}

/** Held against what the relay does, which is what is published: that the settings are others is another line. */
function words({ doc, version, locale }: NoticeRow, { key: site, settings }: SiteRow): Finding[] {
  const applied = { ...settings, ...settingsInForce(settings, doc) };
  const found = lintNotice(doc, applied).filter(({ level, key }) => level === 'error' && key !== 'settings.unlike');
  const at = { site, locale, version };
  if (found.length === 0) return [say('ok', 'notice.holds', at)];
  return found.map((one) => say('wrong', 'notice.lacks', { ...at, finding: inWords(one) }));
}

/** Whether what has been kept long enough goes in time (PR-61). */
async function retention(read: Reads, now: number): Promise<Finding> {
  const { ranAt, isLate, overdue } = await lateness(read, now);
  const tell = (level: Finding['level'], key: keyof typeof retentionWords, values = {}): Finding => {
    return { level, text: fill(retentionWords[key], values) };
  };
  if (ranAt === 0) return tell('note', 'doctor.never');
  const values = { age: ageWords(now - ranAt) };
  if (isLate) return tell('wrong', 'doctor.late', values);
  return overdue.length > 0 ? tell('wrong', 'doctor.overdue', { kinds: overdue.join(', ') }) : tell('ok', 'doctor.ok', values);
}
