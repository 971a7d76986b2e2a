import type { KeyObject } from 'node:crypto';
import { canonicalBytes, commitEvent, entryHash } from '../../shared/ledger.ts';
import { type Receipt, receipt } from '../../shared/receipt.ts';
import { nodeHash } from './ledger.ts';
import { isSigned, signatureHolds } from './signing.ts';

export type ReceiptFault =
  | 'no_receipt' // not of this form
  | 'unknown_key' // signed by a key that is not among those published
  | 'forged_receipt' // its signature does not hold
  | 'forged_event' // an event's does not
  | 'other_entry' // an event does not open its entry's commitment, or the entry is not the leaf
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
  { event, salt, entry, leaf }: Receipt['records'][number],
  told: Receipt['purposes'][number] | undefined,
  keys: ReadonlyMap<string, KeyObject>,
): ReceiptFault | null {
  const key = keys.get(event.signature.kid);
  if (!key) return 'unknown_key';
  if (!signatureHolds(event, key)) return 'forged_event';
  const isCommitted = commitEvent(nodeHash, Buffer.from(salt, 'hex'), event) === entry.commitment;
  if (!isCommitted || entryHash(nodeHash, entry) !== leaf || entry.site_id !== event.site_id) return 'other_entry';
  const [purpose] = event.purposes;
  const isTold =
    event.receipt_id === receiptId &&
    told?.record_id === event.record_id &&
    told.id === purpose?.id &&
    told.decision === purpose.decision &&
    told.state === event.event_state;
  return isTold ? null : 'other_decision';
}
