import { z } from 'zod';

/**
 * The consent event as it is sealed and committed to: the field set of PRIVACY.md PR-36 (ISO/IEC TS 27560:2023,
 * Kantara CR 1.1, W3C DPV), every field present from the first version, `null` where a feature is still to come.
 * `event_seq`, `prev_hash` and `leaf_hash` stand in the ledger entry, which is hashed over this event.
 */

export const CONSENT_SCHEMA = 'https://parley.example/schema/consent-event/1';

export const eventState = z.enum([
  'ConsentGiven',
  'ConsentRefused',
  'ConsentWithdrawn',
  'RenewedConsentGiven',
  'ConsentExpired',
  'ConsentInvalidated',
  'ConsentTerminated',
]);
export type EventState = z.infer<typeof eventState>;

/** The states on which processing may rest. */
export function inForce(state: EventState): boolean {
  return state === 'ConsentGiven' || state === 'RenewedConsentGiven';
}

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const uuid7 = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
const party = z.strictObject({ id: z.string(), name: z.string(), address: z.string(), contact: z.string() });

const managerText = z.string().min(1).max(128).nullable();

/** What the host page's consent manager vouched with, where it decided (PR-29, PR-36 `cmp`). */
export const managerEvidence = z.strictObject({
  name: z.enum(['tcf', 'consent-mode', 'cookieconsent', 'klaro', 'cookiebot', 'onetrust', 'custom']),
  /** Under which the manager keeps its own proof. */
  ref: managerText,
  revision: managerText,
  /** A person decided in the manager's dialog; what was implied or preset is no consent. */
  explicit: z.boolean(),
  tcf: z
    .strictObject({
      policyVersion: z.number().int().min(0),
      cmpId: z.number().int().min(0),
      cmpVersion: z.number().int().min(0),
    })
    .optional(),
});
export type ManagerEvidence = z.infer<typeof managerEvidence>;
export type ManagerName = ManagerEvidence['name'];

export const consentEvent = z.strictObject({
  schema_version: z.literal(CONSENT_SCHEMA),
  record_id: uuid7,
  receipt_id: z.string().regex(/^[0-9a-f]{32}$/),
  act_id: z.string().regex(/^[0-9a-f]{32}$/),
  event_type: z.enum(['ExpressedConsent', 'ExplicitlyExpressedConsent', 'NoticeAcknowledged']),
  event_state: eventState,
  /** RFC 3339, UTC, milliseconds, the relay's clock (PR-37). */
  event_time: z.iso.datetime({ precision: 3 }),
  /** The browser's clock: a claim, never used for order. */
  client_time: z.iso.datetime({ offset: true }).nullable(),
  validity_duration: z.string(),
  subject_id: z.string(),
  conversation_id: uuid7,
  entity_id: z.enum(['subject', 'guardian', 'gpc', 'operator']),
  guardian: z.string().nullable(),
  controller: party,
  processor: party.nullable(),
  site_id: z.string(),
  /** Origin and path as the page claimed them, without query and fragment (PR-24). */
  page_origin_path: z.string().nullable(),
  purposes: z
    .array(
      z.strictObject({
        id: z.string(),
        version: z.number().int(),
        legal_basis: z.enum(['consent', 'contract', 'legitimate_interest', 'legal_obligation']),
        decision: z.enum(['granted', 'denied', 'not_consent_based']),
        data_types: z.array(z.string()),
        retention: z.string(),
        recipients: z.array(z.string()),
        storage_locations: z.array(z.string()),
      }),
    )
    .length(1),
  notice_hash: hex64,
  notice_version: z.string(),
  notice_url: z.string(),
  locale: z.string(),
  ui_build_hash: hex64,
  ui_variant: z.string(),
  viewport_class: z.enum(['desktop', 'mobile']),
  control_id: z.string(),
  action: z.string(),
  collection_method: z.string(),
  cmp: managerEvidence.nullable(),
  signals: z.strictObject({ gpc: z.boolean() }).nullable(),
  ip_commitment: hex64.nullable(),
  ua_commitment: hex64.nullable(),
  ua_family: z.string().nullable(),
  jurisdiction: z.string(),
  withdrawal_method: z.string(),
  authority: z.string().nullable(),
  rights_url: z.string().nullable(),
  prev_record_id: uuid7.nullable(),
  /** Ed25519 over the canonical event without this field (base64url); erased with the event. */
  signature: z.strictObject({ alg: z.literal('Ed25519'), kid: z.string(), value: z.string() }),
});
export type ConsentEvent = z.infer<typeof consentEvent>;
export type UnsignedConsentEvent = Omit<ConsentEvent, 'signature'>;
