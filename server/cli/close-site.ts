import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { endingWords } from '../../shared/i18n/ending.en.ts';
import { erasureWords } from '../../shared/i18n/erasure.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { endBytes, type HandOver, handOver } from '../../shared/site-end.ts';
import type { Config } from '../config.ts';
import { endSite } from '../ending/end-site.ts';
import { handOverSite } from '../ending/hand-over.ts';
import { lastOrigin } from '../last-origin.ts';
import { isSigned, loadSigningKey, publicKeys } from '../ledger/signing.ts';
import type { SiteRow } from '../store/rows.ts';
import type { Reads, Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import { writeNew } from './new-files.ts';
import { eraserBeside, openBeside, openVault } from './open.ts';

/**
 * Hands over all of a site's data into a new folder; with the site's key typed again, erases it and ends the service. The
 * relay may be running. 1 where it cannot be done; then nothing was erased.
 */
export async function closeSiteCommand(config: Config, key: string, folder: string, typed: string | null): Promise<number> {
  const store = await openBeside(config);
  try {
    const site = await store.read.siteByKey(key);
    if (!site) return refuse(fill(endingWords['command.none'], { site: key }));
    const over = await store.read.estate.siteEnd(site.id);
    if (over && over.endedAt !== null) {
      // Recipients who were told since are forgotten too.
      await store.write((tx) => tx.estate.deleteRecipients(site.id));
      console.error(fill(endingWords['command.over'], { site: key }));
      const signature = { alg: 'Ed25519', kid: over.kid, value: over.signature };
      console.log(JSON.stringify({ ...(JSON.parse(over.report ?? '{}') as object), signature }, null, 2));
      return 1;
    }
    const vault = await openVault(config, store);
    if (typed === null) return await giveAll(config, store, vault, site, folder);
    if (typed !== key) return refuse(fill(endingWords['command.typed'], { site: key }));
    return await eraseAll(config, store, vault, site, folder);
  } finally {
    await store.close();
  }
}

function refuse(line: string): number {
  console.error(line);
  return 1;
}

async function issuer(config: Config, store: Store, vault: Vault) {
  const signing = await loadSigningKey(store, vault, Date.now());
  return { store, vault, signing, origin: lastOrigin(config), clock: Date.now };
}

async function giveAll(config: Config, store: Store, vault: Vault, site: SiteRow, folder: string): Promise<number> {
  const ctx = await issuer(config, store, vault);
  const given = await handOverSite(ctx, site, (name, body) => writeNew(folder, name, body));
  const { visitors, notices, ledger, files, due } = given;
  const said = { folder, site: site.key, visitors, notices, entries: ledger.entries, files: files.length };
  console.log(fill(endingWords['command.given'], said));
  console.log(fill(endingWords['command.due'], { due: due.slice(0, 10), site: site.key, folder }));
  return 0;
}

async function eraseAll(config: Config, store: Store, vault: Vault, site: SiteRow, folder: string): Promise<number> {
  const given = await givenIn(store.read, site, folder);
  if (typeof given === 'string') return refuse(given);
  const parts = await issuer(config, store, vault);
  const ctx = { ...parts, ...eraserBeside(config, parts) };
  const added = join(folder, `later-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}`);
  const { report, later, scrubbed } = await endSite(ctx, site, given, (name, body) => writeNew(added, name, body));
  const text = JSON.stringify(report, null, 2);
  const file = writeNew(folder, 'end-of-service.json', `${text}\n`);
  console.log(text);
  if (later > 0) console.error(fill(endingWords['command.later'], { count: later, folder: added }));
  console.error(fill(endingWords['command.done'], { site: site.key, file }));
  console.error(scrubbed ? erasureWords[config.databaseUrl ? 'postgres' : 'scrubbed'] : erasureWords['not.scrubbed']);
  return 0;
}

/** The hand-over that lies in the folder, whole and as it was signed; else the line that says what is wrong. */
async function givenIn(read: Reads, site: SiteRow, folder: string): Promise<HandOver | string> {
  const file = join(folder, 'hand-over.json');
  const missing = fill(endingWords['command.missing'], { folder, site: site.key });
  if (!existsSync(file)) return missing;
  const parsed = handOver.safeParse(jsonOrNull(readFileSync(file, 'utf8')));
  if (!parsed.success) return fill(endingWords['command.altered'], { file });
  const { signature, ...unsigned } = parsed.data;
  const key = (await publicKeys(read)).get(signature.kid);
  if (!key || !isSigned(endBytes(unsigned), signature, key)) return fill(endingWords['command.altered'], { file });
  if (unsigned.site_id !== site.id) return missing;
  // What is gone here must be there: each file is read again before anything is erased.
  const lost = unsigned.files.find(({ name, sha256 }) => digest(join(folder, name)) !== sha256);
  return lost ? fill(endingWords['command.altered'], { file: join(folder, lost.name) }) : parsed.data;
}

function digest(file: string): string | null {
  return existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : null;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
