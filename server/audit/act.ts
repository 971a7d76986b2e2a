import { randomBytes } from 'node:crypto';
import type { AuditAction, AuditActor } from '../../shared/audit.ts';
import { type AuditDetail, type AuditStatement, commitAct, commitObject } from '../../shared/audit-entry.ts';
import { newId } from '../../shared/ids.ts';
import { nodeHash } from '../ledger/ledger.ts';
import type { AuditRow } from '../store/rows.ts';
import type { Tx } from '../store/store.ts';

export interface AuditedAct {
  actor: AuditActor;
  action: AuditAction;
  /** An id or a code; never a name, a text or an address. An erasure puts its own id in place of a person's. */
  object: string;
  /** Codes and counts that say how it was done, at most a dozen. */
  detail?: AuditDetail;
}

/** Longer than any id or hash of ours. */
const CODE_MAX = 128;
const DETAILS_MAX = 12;

/**
 * Writes down one act in the transaction that does it, or before what was asked for is given (PR-81). Its entry in the
 * chain follows when the transaction ends, after every other lock (PR-82).
 */
export async function recordAct(tx: Tx, { actor, action, object, detail }: AuditedAct, now: number): Promise<void> {
  const salt = randomBytes(32);
  const objectSalt = randomBytes(32);
  const code = asCode(object);
  const row = {
    id: newId(now),
    at: now,
    actor: actor.kind,
    agentId: actor.kind === 'agent' ? actor.id : null,
    session: actor.kind === 'agent' ? actor.session : null,
    action,
    object: code,
    detail: detail ? asCodes(detail) : null,
    salt: salt.toString('hex'),
    objectSalt: objectSalt.toString('hex'),
    objectHash: commitObject(nodeHash, objectSalt, code),
  };
  await tx.audit.insert(row, commitAct(nodeHash, salt, statementOf(row)));
}

/** A stored line as its entry commits to it. */
export function statementOf(row: Omit<AuditRow, 'salt' | 'objectSalt'>): AuditStatement {
  return {
    v: 1,
    id: row.id,
    at: new Date(row.at).toISOString(),
    actor: row.actor ?? 'relay',
    agent_id: row.agentId,
    session: row.session,
    action: row.action,
    object: row.objectHash ?? '',
    detail: row.detail,
  };
}

/** What a log could be led astray with is not written down: no line end, no control, no mark of direction (ASVS 16.4.1). */
const asCode = (text: string): string => text.replace(/[^\w.:/+-]/g, '_').slice(0, CODE_MAX);

const asCodes = (detail: AuditDetail): AuditDetail =>
  Object.fromEntries(
    Object.entries(detail)
      .slice(0, DETAILS_MAX)
      .map(([key, value]) => [asCode(key), typeof value === 'string' ? asCode(value) : value]),
  );
