import { createHash } from 'node:crypto';
import type {
  AgentRow,
  ConsentEventRow,
  ConversationRow,
  LedgerEntryRow,
  MessageRow,
  NoticeRow,
  SiteRow,
} from '../../server/store/rows.ts';
import type { Store } from '../../server/store/store.ts';
import type { DeliveryRow, WebhookRow } from '../../server/store/webhooks.ts';
import { newActId, newId } from '../../shared/ids.ts';
import { entryHash, type Hash, type Head, nextEntry } from '../../shared/ledger.ts';

/** Rows for tests of the store, each with what its table's references ask for. */

export const NOW = 1_790_000_000_000;
export const LATER = NOW + 365 * 24 * 3_600_000;
export const SITE: SiteRow = {
  id: 'site-1',
  key: 'demo',
  name: 'Northwind Books',
  origins: ['https://shop.example'],
  settings: { colour: '#2f6f4f', greeting: null, ipMode: 'full', cookieLife: 86_400_000 },
  createdAt: NOW,
};
export const NOTICE_HASH = 'a'.repeat(64);

const sha256: Hash = (bytes) => createHash('sha256').update(bytes).digest();

export function bytes(text: string): Uint8Array {
  return Buffer.from(text);
}

export function buildNotice(change: Partial<NoticeRow> = {}): NoticeRow {
  // The store keeps the document as it is: what is in it is not its business.
  const doc = { title: 'Before we talk', purposes: [] } as unknown as NoticeRow['doc'];
  return { hash: NOTICE_HASH, siteId: SITE.id, version: 1, locale: 'en', doc, publishedAt: NOW, ...change };
}

export function buildAgent(change: Partial<AgentRow> = {}): AgentRow {
  const id = newId();
  return {
    id,
    email: `${id}@example.org`,
    name: 'Ada',
    role: 'agent',
    passwordHash: 'hash',
    createdAt: NOW,
    disabledAt: null,
    ...change,
  };
}

export function buildConversation(visitorId: string, change: Partial<ConversationRow> = {}): ConversationRow {
  return {
    id: newId(),
    siteId: SITE.id,
    visitorId,
    status: 'open',
    closedBy: null,
    closedAt: null,
    withdrawnAt: null,
    leftAt: null,
    keptUntil: null,
    consentUntil: LATER,
    noticeHash: null,
    assigneeId: null,
    createdAt: NOW,
    lastSeq: 0,
    lastAt: NOW,
    waitingSince: null,
    visitorDeliveredSeq: 0,
    visitorReadSeq: 0,
    agentDeliveredSeq: 0,
    agentReadSeq: 0,
    restrictedAt: null,
    ...change,
  };
}

export function buildMessage(conversationId: string, seq: number, change: Partial<MessageRow> = {}): MessageRow {
  return {
    id: newId(),
    conversationId,
    seq,
    author: 'visitor',
    agentId: null,
    agentName: null,
    bodySealed: bytes(`sealed ${seq}`),
    at: NOW + seq,
    erasedAt: null,
    ...change,
  };
}

/** The site and its notice, which everything else stands on. */
export async function seedSite(store: Store): Promise<void> {
  await store.write(async (tx) => {
    await tx.upsertSite(SITE);
    await tx.insertNotice(buildNotice());
  });
}

export async function seedVisitor(store: Store): Promise<string> {
  const id = newId();
  await store.write((tx) => tx.insertVisitor({ id, siteId: SITE.id, formSealed: bytes('form'), createdAt: NOW }));
  return id;
}

export async function seedConversation(store: Store, change: Partial<ConversationRow> = {}): Promise<ConversationRow> {
  const conversation = buildConversation(await seedVisitor(store), change);
  await store.write((tx) => tx.insertConversation(conversation));
  return conversation;
}

/** Sends as the rules do: the next seq, then the message. Gives its seq, or null when it was not accepted. */
export function send(
  store: Store,
  conversationId: string,
  author: { agentId: string } | 'visitor' = 'visitor',
  now: number = NOW,
): Promise<number | null> {
  const agentId = author === 'visitor' ? null : author.agentId;
  return store.write(async (tx) => {
    const taken = await tx.takeSeq(conversationId, author === 'visitor' ? 'visitor' : 'agent', agentId, now);
    if (!taken) return null;
    const who = author === 'visitor' ? ('visitor' as const) : ('agent' as const);
    await tx.insertMessage(buildMessage(conversationId, taken.lastSeq, { author: who, agentId, at: now }));
    return taken.lastSeq;
  });
}

export function buildEntry(head: Head, siteId: string = SITE.id): LedgerEntryRow {
  const entry = nextEntry(head, siteId, 'event', Buffer.from(sha256(bytes(newId()))).toString('hex'), NOW);
  const { site_id, seq, prev_hash, kind, commitment, time_bucket } = entry;
  const hash = entryHash(sha256, entry);
  return { siteId: site_id, seq, prevHash: prev_hash, kind, commitment, timeBucket: time_bucket, hash, body: null };
}

export function buildConsentEvent(
  conversation: ConversationRow,
  seq: number,
  change: Partial<ConsentEventRow> = {},
): ConsentEventRow {
  return {
    recordId: newId(),
    siteId: conversation.siteId,
    seq,
    actId: newActId(),
    visitorId: conversation.visitorId,
    conversationId: conversation.id,
    purpose: 'chat',
    state: 'ConsentGiven',
    at: NOW,
    noticeHash: NOTICE_HASH,
    payloadSealed: bytes('payload'),
    saltSealed: bytes('salt'),
    ...change,
  };
}

/** Appends one event as the rules do. */
export function appendEvent(
  store: Store,
  conversation: ConversationRow,
  change: Partial<ConsentEventRow> = {},
): Promise<{ entry: LedgerEntryRow; event: ConsentEventRow }> {
  return store.write(async (tx) => {
    const entry = buildEntry(await tx.lockLedgerHead(conversation.siteId), conversation.siteId);
    const event = buildConsentEvent(conversation, entry.seq, change);
    await tx.appendEntries([entry]);
    await tx.insertConsentEvents([event]);
    return { entry, event };
  });
}

export function buildWebhook(change: Partial<WebhookRow> = {}): WebhookRow {
  return {
    id: newId(),
    siteId: SITE.id,
    recipient: 'Harbour Hosting',
    url: 'https://harbour.example/hook',
    events: ['visitor.erased'],
    secretSealed: bytes('secret'),
    createdAt: NOW,
    pausedAt: null,
    removedAt: null,
    ...change,
  };
}

export function buildDelivery(webhookId: string, change: Partial<DeliveryRow> = {}): Omit<DeliveryRow, 'position'> {
  return {
    id: newId(),
    webhookId,
    event: 'data.rectified',
    visitorId: null,
    erasureId: null,
    payloadSealed: bytes('payload'),
    createdAt: NOW,
    nextAt: NOW,
    claimedUntil: 0,
    attempts: 0,
    lastAt: null,
    lastOutcome: null,
    acceptedAt: null,
    confirmedAt: null,
    ...change,
  };
}
