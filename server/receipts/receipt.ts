import type { ConsentEvent } from '../../shared/consent.ts';
import { canonicalBytes } from '../../shared/ledger.ts';
import type { NoticeDoc, PurposeWords } from '../../shared/notice.ts';
import { RECEIPT_SCHEMA, type Receipt, type UnsignedReceipt } from '../../shared/receipt.ts';
import type { Context } from '../context.ts';
import { type Inclusion, inclusionsOf } from '../ledger/inclusion.ts';
import { openEvent, plainEntry } from '../ledger/ledger.ts';
import type { ConsentEventRow, ConversationRow, NoticeRow } from '../store/rows.ts';
import type { Reads } from '../store/store.ts';
import type { VisitorKeys } from '../vault/vault.ts';
import { visitorKeys } from '../visitors/keys.ts';

/** The newest acts of a conversation that get a receipt at a time, where nobody asks for all. */
const ACTS_MAX = 50;

/** What issuing needs of a relay, or of a command beside it. */
export type Issuer = Pick<Context, 'store' | 'vault' | 'signing' | 'origin' | 'clock'>;

/**
 * Everything that was decided in a conversation, a receipt for each act, the newest first. `token` opens them later and
 * stands in their link to withdraw; without one the link leads to the page alone.
 */
export async function issueReceipts(
  ctx: Issuer,
  conversation: ConversationRow,
  token: string | null,
  { most = ACTS_MAX, entriesMax }: { most?: number; entriesMax?: number } = {},
): Promise<Receipt[]> {
  const { read } = ctx.store;
  const site = await read.siteById(conversation.siteId);
  const keys = await visitorKeys(ctx, read, conversation.visitorId);
  const acts = new Map<string, ConsentEventRow[]>();
  for (const row of await read.consentEventsOf(conversation.id)) acts.set(row.actId, [...(acts.get(row.actId) ?? []), row]);
  const receipts: Receipt[] = [];
  const newest = [...acts.values()].slice(-most).reverse();
  const seqs = newest.flat().map(({ seq }) => seq);
  const included = await inclusionsOf(read, conversation.siteId, seqs, entriesMax);
  // One after the other: a signature each, and nobody else waits for all of them.
  for (const rows of newest) receipts.push(await issue(ctx, keys, rows, site?.name ?? '', token, included));
  return receipts;
}

async function issue(
  ctx: Issuer,
  keys: VisitorKeys,
  rows: ConsentEventRow[],
  service: string,
  token: string | null,
  included: ReadonlyMap<number, Inclusion>,
): Promise<Receipt> {
  const { read } = ctx.store;
  const records = await Promise.all(
    rows.map(async (row) => {
      const { event, salt } = openEvent(keys, row);
      const stored = await read.ledgerEntry(row.siteId, row.seq);
      if (!stored) throw new Error('a consent event without its entry');
      const entry = { ...plainEntry(stored), kind: 'event' as const };
      return {
        event,
        salt: Buffer.from(salt).toString('hex'),
        entry,
        leaf: stored.hash,
        inclusion: included.get(row.seq) ?? null,
      };
    }),
  );
  const notices = await noticesOf(read, rows);
  const unsigned = receiptOf(records, notices, { service, origin: ctx.origin, token, now: ctx.clock() });
  return { ...unsigned, signature: ctx.signing.sign(canonicalBytes(unsigned)) };
}

async function noticesOf(read: Reads, rows: ConsentEventRow[]): Promise<Map<string, NoticeDoc>> {
  const hashes = [...new Set(rows.map((row) => row.noticeHash))];
  const found = (await Promise.all(hashes.map((hash) => read.noticeByHash(hash)))).filter(
    (one): one is NoticeRow => one !== null,
  );
  return new Map(found.map(({ hash, doc }) => [hash, doc]));
}

interface Issued {
  service: string;
  origin: string;
  token: string | null;
  now: number;
}

function receiptOf(records: Receipt['records'], notices: Map<string, NoticeDoc>, issued: Issued): UnsignedReceipt {
  const first = records[0]?.event;
  if (!first) throw new Error('an act without events');
  return {
    schema_version: RECEIPT_SCHEMA,
    receipt_id: first.receipt_id,
    subject_id: first.subject_id,
    service: issued.service,
    jurisdiction: first.jurisdiction,
    collection_method: first.collection_method,
    parties: partiesOf(first),
    notice: { version: first.notice_version, hash: first.notice_hash, url: first.notice_url, locale: first.locale },
    purposes: records.map(({ event }) => purposeOf(event, notices.get(event.notice_hash))),
    event: {
      type: first.event_type,
      time: first.event_time,
      unix: Math.floor(Date.parse(first.event_time) / 1000),
      by: first.entity_id,
      action: `${first.action}:${first.control_id}`,
    },
    withdrawal: {
      url: `${issued.origin}/receipt${issued.token === null ? '' : `#${issued.token}`}`,
      control: first.withdrawal_method,
    },
    rights_url: first.rights_url,
    evidence: {
      ui_build: first.ui_build_hash,
      ui_variant: first.ui_variant,
      viewport: first.viewport_class,
      page: first.page_origin_path,
      signals: first.signals,
      ip_kept: first.ip_commitment !== null,
    },
    records,
    issued_at: new Date(issued.now).toISOString(),
  };
}

function partiesOf({ controller, processor, authority }: ConsentEvent): Receipt['parties'] {
  const parties: Receipt['parties'] = [{ ...controller, role: 'controller', type: 'organisation' }];
  if (processor) parties.push({ ...processor, role: 'processor', type: 'organisation' });
  if (authority)
    parties.push({ id: 'authority', role: 'authority', type: 'public', name: authority, address: null, contact: null });
  return parties;
}

/** Label and note as they stand beside the box: after a comma the note goes on, else it is a remark. */
export function asShown({ label, note }: PurposeWords): string {
  if (note === '') return label;
  return label.endsWith(',') ? `${label} ${note}` : `${label} (${note})`;
}

function purposeOf(event: ConsentEvent, doc: NoticeDoc | undefined): Receipt['purposes'][number] {
  const [purpose] = event.purposes;
  if (!purpose) throw new Error('an event without its purpose');
  const words = doc?.words.purposes[purpose.id];
  const agreed = doc?.purposes.find(({ id }) => id === purpose.id);
  return {
    id: purpose.id,
    version: purpose.version,
    record_id: event.record_id,
    name: words?.name ?? purpose.id,
    text: words ? asShown(words) : purpose.id,
    legal_basis: purpose.legal_basis,
    state: event.event_state,
    decision: purpose.decision,
    primary: agreed?.required ?? false,
    data: purpose.data_types.map((type) => ({ type, ...(agreed?.special && { special: true as const }) })),
    retention: purpose.retention,
    valid_for: event.validity_duration,
    storage: purpose.storage_locations.map((country) => ({ country })),
    recipients: purpose.recipients,
  };
}
