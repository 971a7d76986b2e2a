import { type Certificate, certificateBytes, ERASURE_METHOD } from '../../shared/erasure.ts';
import type { ErasureRow } from '../store/rows.ts';
import type { SigningKey } from './signing.ts';

type Unsigned = Omit<Certificate, 'signature'>;
type UnsignedRow = Omit<ErasureRow, 'kid' | 'signature'>;

function unsignedCertificate(row: UnsignedRow, hash: string, covers: number[]): Unsigned {
  return {
    schema: 'parley-erasure/1',
    erasure_id: row.id,
    site_id: row.siteId,
    time: new Date(row.at).toISOString(),
    by: row.by,
    reason: row.reason,
    method: methodOf(row),
    counts: row.counts,
    ...(row.messageId !== null && { message_id: row.messageId }),
    ledger: { seq: row.seq, hash, covers },
  };
}

/** Keys go with a whole visitor alone: what is left of somebody is sealed under them. */
function methodOf({ counts, messageId }: UnsignedRow): string[] {
  if (messageId !== null) return ['text_destroyed'];
  return ERASURE_METHOD.filter((step) => step !== 'keys_destroyed' || counts.visitor !== 0);
}

/** The row with the signature of its certificate. `hash` and `covers` are those of its ledger entry. */
export function signedErasure(key: SigningKey, row: UnsignedRow, hash: string, covers: number[]): ErasureRow {
  const { kid, value } = key.sign(certificateBytes(unsignedCertificate(row, hash, covers)));
  return { ...row, kid, signature: value };
}

/** The certificate as it was signed: from the row, and the ledger entry that it stands on. */
export function certificateOf(row: ErasureRow, hash: string, covers: number[]): Certificate {
  const signature = { alg: 'Ed25519' as const, kid: row.kid, value: row.signature };
  return { ...unsignedCertificate(row, hash, covers), signature };
}
