import { describe, expect, it } from 'vitest';
import { consentEvent, eventState, inForce } from '../../shared/consent.ts';
import { durationMs } from '../../shared/durations.ts';
import { DAY } from '../../shared/limits.ts';
import { ledgerVectors } from '../support/vectors.ts';

const events = ledgerVectors('valid').flatMap(([, vector]) => vector.events.map(({ event }) => event));
const [event] = events;
if (!event) throw new Error('no event in the vectors');
const fields = Object.keys(consentEvent.shape);

describe('a consent event', () => {
  it('[PR-36] in the vectors fits its field set', () => {
    for (const one of events) expect(consentEvent.parse(one)).toEqual(one);
  });

  it('[PR-36] has every field of the standard, from the first version on', () => {
    for (const field of [
      ...['schema_version', 'record_id', 'receipt_id', 'act_id', 'event_type', 'event_state', 'event_time', 'client_time'],
      ...['validity_duration', 'subject_id', 'conversation_id', 'entity_id', 'guardian', 'controller', 'processor', 'site_id'],
      ...['page_origin_path', 'purposes', 'notice_hash', 'notice_version', 'notice_url', 'locale', 'ui_build_hash', 'ui_variant'],
      ...['viewport_class', 'control_id', 'action', 'collection_method', 'cmp', 'signals', 'ip_commitment', 'ua_commitment'],
      ...['ua_family', 'jurisdiction', 'withdrawal_method', 'authority', 'rights_url', 'prev_record_id', 'signature'],
    ]) {
      expect(fields).toContain(field);
    }
  });

  it.each(fields)('[PR-36] without %s is none', (field) => {
    const { [field as keyof typeof event]: _, ...rest } = event;
    expect(consentEvent.safeParse(rest).success).toBe(false);
  });

  it.each([
    ['a field more', { mood: 'good' }],
    ['another schema', { schema_version: 'https://parley.example/schema/consent-event/2' }],
    ['an id of another kind', { record_id: '3f2504e0-4f89-41d3-9a0c-0305e82c3301' }],
    ['a state of our own', { event_state: 'given' }],
    ['a type of our own', { event_type: 'Consent' }],
    ['a time without milliseconds', { event_time: '2026-11-24T13:41:07Z' }],
    ['a time with an offset', { event_time: '2026-11-24T14:41:07.250+01:00' }],
    ['a time as a number', { event_time: 1_795_527_667_250 }],
    ['two purposes', { purposes: [...event.purposes, ...event.purposes] }],
    ['no purpose', { purposes: [] }],
    ['another decision', { purposes: [{ ...event.purposes[0], decision: 'maybe' }] }],
    ['another legal basis', { purposes: [{ ...event.purposes[0], legal_basis: 'because' }] }],
    ['a short hash', { notice_hash: 'abc' }],
    ['another signature scheme', { signature: { ...event.signature, alg: 'none' } }],
    ['somebody else speaking', { entity_id: 'robot' }],
  ])('[PR-36] with %s is none', (_, change) => {
    expect(consentEvent.safeParse({ ...event, ...change }).success).toBe(false);
  });
});

describe('the states of a consent', () => {
  it('[PR-36] allow processing only when given or renewed', () => {
    expect(eventState.options.filter(inForce)).toEqual(['ConsentGiven', 'RenewedConsentGiven']);
  });
});

describe('a duration', () => {
  it.each([
    ['P90D', 90],
    ['P2W', 14],
    ['P6M', 180],
    ['P1Y', 365],
    ['P0D', 0],
  ])('of %s is %i days', (text, days) => {
    expect(durationMs(text)).toBe(days * DAY);
  });

  it.each(['', 'P', 'P1', '90D', 'PT1H', 'P1Y6M', 'P-1D', 'P1.5D', 'p90d', ' P90D', 'P90D\n', 'for ever', 'P9H'])(
    'is not %j',
    (text) => {
      expect(() => durationMs(text)).toThrow(RangeError);
    },
  );
});
