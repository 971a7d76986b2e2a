import {
  CONSENT_SCHEMA,
  type ConsentEvent,
  type EventState,
  type ManagerEvidence,
  type UnsignedConsentEvent,
} from '../../shared/consent.ts';
import { newActId, newId } from '../../shared/ids.ts';
import type { NoticeDoc, NoticePurpose } from '../../shared/notice.ts';
import type { Context } from '../context.ts';
import type { Tx } from '../store/store.ts';
import { tellRecipients } from '../webhooks/tell.ts';
import { browserFamily, type EvidenceCommitments, type RequestEvidence } from './evidence.ts';

/** One act of a visitor: what its events share. */
export interface Act {
  actId: string;
  siteId: string;
  subjectId: string;
  conversationId: string;
  notice: { hash: string; doc: NoticeDoc };
  from: RequestEvidence;
  commitments: EvidenceCommitments;
  clientTime: string | null;
  page: string | null;
  viewport: 'desktop' | 'mobile';
  /** The build that drew what was decided on. */
  build: string;
  /** Which words that only sometimes fit were drawn, where the page told. */
  variant?: string | undefined;
  now: number;
}

export interface Decision {
  purpose: NoticePurpose;
  state: EventState;
  control: string;
  action: string;
  /** What the host page's consent manager vouched with, where it decided. */
  manager?: ManagerEvidence;
  /** Who decided, where it was not the visitor: their browser's signal. */
  by?: 'gpc';
  prevRecordId: string | null;
}

/** The full field set of PR-36 for one purpose and decision; `null` says that a feature is not there yet. */
export function consentRecord(ctx: Pick<Context, 'origin'>, act: Act, decision: Decision): UnsignedConsentEvent {
  const { doc, hash } = act.notice;
  const { purpose, state } = decision;
  return {
    schema_version: CONSENT_SCHEMA,
    record_id: newId(act.now),
    receipt_id: act.actId,
    act_id: act.actId,
    event_type: purpose.special ? 'ExplicitlyExpressedConsent' : 'ExpressedConsent',
    event_state: state,
    event_time: new Date(act.now).toISOString(),
    client_time: act.clientTime,
    validity_duration: purpose.validity,
    subject_id: act.subjectId,
    conversation_id: act.conversationId,
    entity_id: decision.by ?? 'subject',
    guardian: null,
    controller: { id: 'controller', ...doc.controller },
    processor: null,
    site_id: act.siteId,
    page_origin_path: act.page,
    purposes: [
      {
        id: purpose.id,
        version: purpose.version,
        legal_basis: purpose.legalBasis,
        decision: state === 'ConsentGiven' || state === 'RenewedConsentGiven' ? 'granted' : 'denied',
        data_types: purpose.dataTypes,
        retention: purpose.retention,
        recipients: purpose.recipients,
        storage_locations: purpose.storageLocations,
      },
    ],
    notice_hash: hash,
    notice_version: String(doc.version),
    notice_url: `${ctx.origin}/notice/${hash}`,
    locale: doc.locale,
    ui_build_hash: act.build,
    ui_variant: act.variant ?? 'default',
    viewport_class: act.viewport,
    control_id: decision.control,
    action: decision.action,
    collection_method: collectedBy(decision),
    cmp: decision.manager ?? null,
    signals: { gpc: act.from.gpc },
    ip_commitment: act.commitments.ip,
    ua_commitment: act.commitments.ua,
    ua_family: browserFamily(act.from.userAgent),
    jurisdiction: doc.jurisdiction,
    withdrawal_method: 'Privacy > Withdraw, in the header of the chat',
    authority: doc.authority,
    rights_url: null,
    prev_record_id: decision.prevRecordId,
  };
}

function collectedBy({ manager, purpose, action }: Decision): string {
  if (action === 'request') return 'request by right, at the privacy desk';
  if (manager) return 'consent manager of the page';
  return purpose.asked === 'form' ? 'pre-chat web form' : 'question in the conversation';
}

/** What is taken back by these events is told to whoever gets data for it (PR-46). Before they are appended. */
export async function tellWithdrawn(
  ctx: Pick<Context, 'vault'>,
  tx: Tx,
  events: UnsignedConsentEvent[],
  now: number,
): Promise<void> {
  const purposes = events
    .filter(({ event_state: state }) => state === 'ConsentWithdrawn')
    .flatMap((event) => event.purposes.map(({ id }) => id));
  const [first] = events;
  if (!first || purposes.length === 0) return;
  const { site_id: siteId, subject_id: visitorId, conversation_id: conversationId } = first;
  const news = { siteId, visitorId, conversationIds: [conversationId], purposes };
  await tellRecipients(ctx, tx, { event: 'consent.withdrawn', ...news }, now);
}

/**
 * The same purpose under the same words, ended without its visitor: by time, or by other words. Nobody acted, so nothing of
 * an act is in it.
 */
export function endedRecord(
  event: ConsentEvent,
  now: number,
  { state, control, action }: Pick<Decision, 'state' | 'control' | 'action'>,
): UnsignedConsentEvent {
  const { signature: _, ...before } = event;
  const actId = newActId();
  return {
    ...before,
    record_id: newId(now),
    receipt_id: actId,
    act_id: actId,
    event_state: state,
    event_time: new Date(now).toISOString(),
    client_time: null,
    entity_id: 'operator',
    purposes: before.purposes.map((purpose) => ({ ...purpose, decision: 'denied' as const })),
    control_id: control,
    action,
    cmp: null,
    signals: null,
    ip_commitment: null,
    ua_commitment: null,
    ua_family: null,
    prev_record_id: before.record_id,
  };
}
