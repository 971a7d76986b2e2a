import type { KeyObject } from 'node:crypto';
import { canonicalBytes, commitEvent, entryHash } from '../../shared/ledger.ts';
import { rootByPath } from '../../shared/merkle.ts';
import { type Receipt, receipt } from '../../shared/receipt.ts';
import { headBytes } from '../../shared/tree-head.ts';
import type { Inclusion } from '../ledger/inclusion.ts';
import { nodeHash } from '../ledger/ledger.ts';
import { isSigned, signatureHolds } from '../ledger/signing.ts';

export type ReceiptFault =
  | 'no_receipt' // not of this form
  | 'unknown_key' // signed by a key that is not among those published
  | 'forged_receipt' // its signature does not hold
  | 'forged_event' // an event's does not
  | 'other_entry' // an event does not open its entry's commitment, or the entry is not the leaf
  | 'not_included' // its way up the Merkle tree does not lead to the signed head
  | 'other_decision'; // what it says of a purpose is not what the event says

/** Checks a receipt by itself and the published keys, offline: null when all of it holds, else the first thing that does not. */
export function receiptFault(value: unknown, keys: ReadonlyMap<string, KeyObject>): ReceiptFault | null {
  const parsed = receipt.safeParse(value);
  if (!parsed.success) return 'no_receipt';
  const { signature, ...unsigned } = parsed.data;
  const key = keys.get(signature.kid);
  if (!key) return 'unknown_key';
  if (!isSigned(canonicalBytes(unsigned), signature, key)) return 'forged_receipt';
  for (const [at, record] of unsigned.records.entries()) {
    const fault = recordFault(unsigned.receipt_id, record, unsigned.purposes[at], keys);
    if (fault) return fault;
  }
  return unsigned.purposes.length === unsigned.records.length ? null : 'other_decision';
}

function recordFault(
  receiptId: string,
  { event, salt, entry, leaf, inclusion }: Receipt['records'][number],
  told: Receipt['purposes'][number] | undefined,
  keys: ReadonlyMap<string, KeyObject>,
): ReceiptFault | null {
  const key = keys.get(event.signature.kid);
  if (!key) return 'unknown_key';
  if (!signatureHolds(event, key)) return 'forged_event';
  const isCommitted = commitEvent(nodeHash, Buffer.from(salt, 'hex'), event) === entry.commitment;
  if (!isCommitted || entryHash(nodeHash, entry) !== leaf || entry.site_id !== event.site_id) return 'other_entry';
  if (inclusion && !isIncluded(inclusion, entry, leaf, keys)) return 'not_included';
  const [purpose] = event.purposes;
  const isTold =
    event.receipt_id === receiptId &&
    told?.record_id === event.record_id &&
    told.id === purpose?.id &&
    told.decision === purpose.decision &&
    told.state === event.event_state;
  return isTold ? null : 'other_decision';
}

/** Does the entry stand under a head that the site's relay signed? */
function isIncluded(
  { head, path }: Inclusion,
  { site_id, seq }: Receipt['records'][number]['entry'],
  leaf: string,
  keys: ReadonlyMap<string, KeyObject>,
): boolean {
  const key = keys.get(head.signature.kid);
  if (!key || head.site_id !== site_id || !isSigned(headBytes(head), head.signature, key)) return false;
  return rootByPath(nodeHash, leaf, seq, head.size, path) === head.root;
}
