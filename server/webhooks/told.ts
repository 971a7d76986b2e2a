import type { DeliveryState, DeliveryView, ToldView } from '../../shared/webhooks.ts';
import { Refusal } from '../errors.ts';
import type { Reads } from '../store/store.ts';
import type { ToldRow } from '../store/webhooks.ts';

/** What is told and to whom, as the desk, an export and a receipt show it. */

export function stateOf({ confirmedAt, acceptedAt, payloadSealed, removedAt }: ToldRow): DeliveryState {
  if (confirmedAt !== null) return 'confirmed';
  if (payloadSealed === null || removedAt !== null) return 'dropped';
  return acceptedAt === null ? 'waiting' : 'accepted';
}

export function presentDelivery(row: ToldRow): DeliveryView {
  const { id, webhookId, recipient, event, createdAt, attempts, lastAt, lastOutcome, nextAt, confirmedAt } = row;
  const state = stateOf(row);
  const isOpen = state === 'waiting' || state === 'accepted';
  const next = isOpen ? nextAt : null;
  return { id, webhookId, recipient, event, state, createdAt, attempts, lastAt, lastOutcome, nextAt: next, confirmedAt };
}

const presentTold = (row: ToldRow): ToldView => {
  const { event, createdAt: at, recipient, confirmedAt } = row;
  return { event, at, recipient, state: stateOf(row), confirmedAt };
};

/** Who was told what about a visitor, and when (PR-53, GDPR Art. 19). */
export async function toldOfVisitor(reads: Reads, visitorId: string): Promise<ToldView[]> {
  return (await reads.webhooks.toldOf(visitorId)).map(presentTold);
}

/** Who was told of an erasure, and who has not confirmed it yet. @throws Refusal `not_found` for no such erasure. */
export async function toldOfErasure(reads: Reads, siteId: string, erasureId: string): Promise<ToldView[]> {
  const rows = await reads.webhooks.toldOfErasure(erasureId);
  if (rows.length === 0 && !(await isErasure(reads, siteId, erasureId))) throw new Refusal('not_found');
  return rows.map(presentTold);
}

const AT_A_TIME = 500;

async function isErasure(reads: Reads, siteId: string, erasureId: string): Promise<boolean> {
  for (let after = 0; ; ) {
    const rows = await reads.erasures(siteId, after, AT_A_TIME);
    if (rows.some(({ id }) => id === erasureId)) return true;
    if (rows.length < AT_A_TIME) return false;
    after = rows.at(-1)?.seq ?? after;
  }
}
