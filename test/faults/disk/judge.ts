import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { presentMessages } from '../../../server/conversations/present.ts';
import { verifyLedger } from '../../../server/ledger/verify.ts';
import { raw } from '../../../server/store/backend.ts';
import type { ConversationRow } from '../../../server/store/rows.ts';
import { createSqlStore } from '../../../server/store/sql-store.ts';
import { openSqlite } from '../../../server/store/sqlite.ts';
import type { Reads } from '../../../server/store/store.ts';
import { createVault } from '../../../server/vault/aes-vault.ts';
import { loadMasterKey } from '../../../server/vault/master-key.ts';
import type { Vault } from '../../../server/vault/vault.ts';
import type { Message } from '../../../shared/events.ts';
import type { Asked } from './workload.ts';

const PAGE = 1000;

/**
 * Opens a data folder as the product does and gives everything that is wrong with it: what was told and is not
 * there, what is torn, what does not verify.
 */
export async function judge(dataDir: string, told: readonly Asked[], history: ReadonlyMap<string, Asked>): Promise<string[]> {
  if (!existsSync(dataDir)) return told.length === 0 ? [] : ['the data folder is gone'];
  try {
    const vault = createVault(loadMasterKey({ value: null, file: join(dataDir, 'master.key') }));
    const backend = openSqlite({ kind: 'sqlite', file: join(dataDir, 'parley.sqlite') });
    const store = await createSqlStore(backend);
    try {
      const { rows } = await backend.read(raw('pragma integrity_check'));
      const integrity = rows.map((row) => String(row.integrity_check)).filter((line) => line !== 'ok');
      return [...integrity, ...(await judgeStore(store.read, vault, told, history))];
    } finally {
      await store.close();
    }
  } catch (error) {
    return [`it does not open: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** The same of a store that is open. */
export async function judgeStore(
  read: Reads,
  vault: Vault,
  told: readonly Asked[],
  history: ReadonlyMap<string, Asked>,
): Promise<string[]> {
  return [
    ...(await ledgerFaults(read, vault)),
    ...(await missingConsents(read, told)),
    ...(await talkFaults(read, vault, told, history)),
  ];
}

/** By the rules of `parley verify`. */
async function ledgerFaults(read: Reads, vault: Vault): Promise<string[]> {
  const reports = await Promise.all((await read.sites()).map((site) => verifyLedger(read, vault, site.id)));
  return reports.flatMap(({ siteId, fault }) => (fault ? [`${siteId}: ${fault.kind} at entry ${fault.seq}`] : []));
}

async function missingConsents(read: Reads, told: readonly Asked[]): Promise<string[]> {
  const faults: string[] = [];
  for (const { kind, id, conversationId } of told) {
    if (kind !== 'consent') continue;
    const events = await read.consentEventsOfAct(id);
    if (!events.some((event) => event.conversationId === conversationId)) faults.push(`consent ${id} is gone`);
  }
  return faults;
}

/** Every conversation is whole: its messages open, are those that were sent, and have their numbers without a gap. */
async function talkFaults(
  read: Reads,
  vault: Vault,
  told: readonly Asked[],
  history: ReadonlyMap<string, Asked>,
): Promise<string[]> {
  const faults: string[] = [];
  const found = new Set<string>();
  const asked = new Set([...history.values()].map(({ conversationId }) => conversationId));
  const strangers = (await read.inbox('all', '', null, PAGE)).filter(({ id }) => !asked.has(id));
  faults.push(...strangers.map(({ id }) => `nobody has begun conversation ${id}`));
  for (const id of asked) {
    const conversation = await read.conversation(id);
    // One that nobody was told of may be there or not; its messages are looked for below.
    if (!conversation) continue;
    const messages = await messagesOf(read, vault, conversation);
    if (messages.some(({ seq }, at) => seq !== at + 1) || conversation.lastSeq !== messages.length || messages.length === 0)
      faults.push(`${id} has a gap`);
    if ((await read.consentEventsOf(id)).length === 0) faults.push(`${id} has no consent`);
    for (const message of messages) {
      found.add(message.id);
      const sent = history.get(message.id);
      if (sent?.body !== message.body || sent.conversationId !== id) faults.push(`message ${message.id} is not what was sent`);
    }
  }
  for (const { kind, id } of told) if (kind === 'message' && !found.has(id)) faults.push(`message ${id} is gone`);
  return faults;
}

async function messagesOf(read: Reads, vault: Vault, { id, visitorId }: ConversationRow): Promise<Message[]> {
  const keys = vault.keysOf(visitorId, await read.dataKeysOf(visitorId));
  const messages: Message[] = [];
  for (;;) {
    const rows = await read.messagesAfter(id, messages.at(-1)?.seq ?? 0, PAGE);
    if (rows.length === 0) return messages;
    messages.push(...presentMessages(keys, rows));
  }
}
