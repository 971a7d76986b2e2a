import type { AuditAction, AuditActor } from '../../shared/audit.ts';
import { newId } from '../../shared/ids.ts';
import type { Tx } from '../store/store.ts';

export interface AuditedAct {
  actor: AuditActor;
  action: AuditAction;
  /** An id or a code; never a name, a text or an address. An erasure puts its own id in place of a person's. */
  object: string;
}

/** Writes down one act in the transaction that does it, or before what was asked for is given (PR-81). */
export async function recordAct(tx: Tx, { actor, action, object }: AuditedAct, now: number): Promise<void> {
  await tx.audit.insert({ id: newId(now), at: now, agentId: actor.kind === 'agent' ? actor.id : null, action, object });
}
