import type { AuditAction, AuditActor } from '../../shared/audit.ts';
import type { AuditDetail } from '../../shared/audit-entry.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { type AuditedAct, recordAct } from './act.ts';

type Recorder = Pick<Context, 'store' | 'clock'>;

/**
 * Writes down a look at one conversation, before anything of it is given (PR-81). What cannot be written down is not
 * given either. No line may name a conversation that was erased meanwhile.
 * @throws Refusal `not_found`; StoreUnavailable where nothing can be written now.
 */
export async function recordLook(
  { store, clock }: Recorder,
  actor: AuditActor,
  action: AuditAction,
  conversationId: string,
  detail?: AuditDetail,
): Promise<void> {
  const now = clock();
  await store.write(
    async (tx) => {
      if (!(await tx.audit.holdConversation(conversationId))) throw new Refusal('not_found');
      await recordAct(tx, { actor, action, object: conversationId, ...(detail && { detail }) }, now);
    },
    { independent: true },
  );
}

/** The same for an act that is about no conversation. */
export async function recordAlone({ store, clock }: Recorder, act: AuditedAct): Promise<void> {
  const now = clock();
  await store.write((tx) => recordAct(tx, act, now), { independent: true });
}

/** A link that was lost and came back goes on with what was opened before; the same session elsewhere does not look anew. */
export async function recordFirstLook(
  ctx: Recorder,
  actor: Extract<AuditActor, { kind: 'agent' }>,
  action: AuditAction,
  conversationId: string,
  since = 0,
): Promise<void> {
  const { session } = actor;
  const act = { object: conversationId, action, session: session ?? '', since };
  if (session === null || !(await ctx.store.read.audit.wasDone(act))) await recordLook(ctx, actor, action, conversationId);
}
