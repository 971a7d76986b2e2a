import { afterEach, describe, expect, it, vi } from 'vitest';
import { parseManaged } from '../../widget/managed-bridge.ts';
import type { Adapter, ManagerDecision } from '../../widget/managers/adapter.ts';
import { consentMode } from '../../widget/managers/consent-mode.ts';
import { custom } from '../../widget/managers/custom.ts';
import { tcf } from '../../widget/managers/tcf.ts';

afterEach(() => {
  vi.useRealTimers();
  for (const name of ['__tcfapi', 'dataLayer']) Reflect.deleteProperty(window, name);
});

/** What an adapter makes of the page: the last decision, as what it allows. */
function follow(adapter: Adapter, map?: string, script = document.createElement('script')) {
  const decisions: ManagerDecision[] = [];
  let tell: (said: unknown) => void = () => {};
  adapter({ map, script, told: (heard) => (tell = heard) }, (decision) => decisions.push(decision));
  return {
    decisions,
    tell: (said: unknown) => tell(said),
    allows: () => decisions.at(-1)?.functional === true && decisions.at(-1)?.explicit === true,
  };
}

describe('[PR-31] the IAB’s framework', () => {
  const GIVEN = { eventStatus: 'useractioncomplete', gdprApplies: true, purpose: { consents: { 1: true } } };
  const cases: [string, object | null, boolean, string | undefined, boolean][] = [
    ['a person’s act', GIVEN, true, 'purpose1', true],
    ['a choice from before', { ...GIVEN, eventStatus: 'tcloaded' }, true, 'purpose1', true],
    ['a dialog that is open', { ...GIVEN, eventStatus: 'cmpuishown' }, true, 'purpose1', false],
    ['no status', { ...GIVEN, eventStatus: undefined }, true, 'purpose1', false],
    ['a CMP that still decides', { ...GIVEN, gdprApplies: undefined }, true, 'purpose1', false],
    ['a page where no TC consent is to be had', { ...GIVEN, gdprApplies: false }, true, 'purpose1', false],
    ['another purpose alone', { ...GIVEN, purpose: { consents: { 2: true } } }, true, 'purpose1', false],
    ['no success', GIVEN, false, 'purpose1', false],
    ['no data', null, true, 'purpose1', false],
    ['an owner who did not map it', GIVEN, true, undefined, false],
  ];
  it.each(cases)('%s', (_name, data, success, map, allowed) => {
    const asked: unknown[][] = [];
    Object.assign(window, {
      __tcfapi: (...call: [string, number, (data: unknown, success: boolean) => void]) => {
        asked.push(call.slice(0, 2));
        call[2](data, success);
      },
    });
    expect(follow(tcf, map).allows()).toBe(allowed);
    // Never the deprecated getTCData.
    expect(asked).toEqual([['addEventListener', 2]]);
  });

  it('is found when it comes late, and nothing is allowed until then', () => {
    vi.useFakeTimers();
    const followed = follow(tcf, 'purpose1');
    vi.advanceTimersByTime(60_000);
    expect(followed.decisions).toEqual([]);
    Object.assign(window, {
      __tcfapi: (_command: string, _version: number, heard: (...said: unknown[]) => void) => heard(GIVEN, true),
    });
    vi.advanceTimersByTime(2000);
    expect(followed.allows()).toBe(true);
  });
});

describe('[PR-32] Google’s Consent Mode', () => {
  const entries = (...all: unknown[][]) => Object.assign(window, { dataLayer: all });
  const update = (values: object) => ['consent', 'update', values];

  it.each([
    ['a default alone', [['consent', 'default', { functionality_storage: 'granted' }]], 'attested', false],
    ['ads and analytics', [update({ ad_storage: 'granted', analytics_storage: 'granted' })], 'attested', false],
    ['an update', [update({ functionality_storage: 'granted' })], 'attested', true],
    ['personalisation', [update({ personalization_storage: 'granted' })], 'attested', true],
    ['one of the two', [update({ functionality_storage: 'granted', personalization_storage: 'denied' })], 'attested', false],
    [
      'an update taken back',
      [update({ functionality_storage: 'granted' }), update({ functionality_storage: 'denied' })],
      'attested',
      false,
    ],
    [
      'a refusal, and then an update of the other alone',
      [update({ functionality_storage: 'denied' }), update({ personalization_storage: 'granted' })],
      'attested',
      false,
    ],
    ['no banner attested', [update({ functionality_storage: 'granted' })], undefined, false],
    ['what is no entry', [['event', 'purchase'], 'consent', null, {}] as unknown[][], 'attested', false],
  ])('%s', (_name, all, map, allowed) => {
    vi.useFakeTimers();
    entries(...(all as unknown[][]));
    expect(follow(consentMode, map).allows()).toBe(allowed);
  });

  it('hears what is pushed later, and remembers what a tag manager drops', () => {
    vi.useFakeTimers();
    const layer: unknown[] = [];
    Object.assign(window, { dataLayer: layer });
    const followed = follow(consentMode, 'attested');
    layer.push(update({ functionality_storage: 'granted' }));
    vi.advanceTimersByTime(500);
    layer.splice(0, 1);
    vi.advanceTimersByTime(500);
    expect([followed.allows(), followed.decisions.length]).toEqual([true, 1]);
  });
});

describe('[PR-29] a page’s own banner', () => {
  it.each([
    ['granted', true],
    ['denied', false],
    ['Granted', false],
    ['yes', false],
    [true, true],
    [{ functional: true, ref: 'a' }, true],
    [{ functional: 'true' }, false],
    [{}, false],
    [undefined, false],
  ])('%j', (said, allowed) => {
    const followed = follow(custom);
    followed.tell(said);
    expect(followed.allows()).toBe(allowed);
  });

  it('reads the snippet’s attribute, now and when it changes', async () => {
    const script = document.body.appendChild(document.createElement('script'));
    script.type = 'text/plain';
    script.dataset.consent = 'denied';
    const followed = follow(custom, undefined, script);
    expect(followed.decisions).toHaveLength(1);
    script.dataset.consent = 'granted';
    await vi.waitFor(() => expect(followed.allows()).toBe(true));
  });
});

describe('[PR-29] what a page says of its manager', () => {
  const said = { name: 'klaro', functional: true, explicit: true, ref: null, revision: '3' };
  const message = (managed: unknown, type = 'managed') => ({ parley: 1, type, managed });

  it('is heard as it is', () => {
    expect(parseManaged(message(said))).toEqual(said);
    const tc = { ...said, tcf: { policyVersion: 5, cmpId: 42, cmpVersion: 3 } };
    expect(parseManaged(message({ ...tc, more: 'x' }))).toEqual(tc);
  });

  it.each([
    ['nothing', null],
    ['another type', message(said, 'keep')],
    ['no name', message({ ...said, name: null })],
    ['a word for yes', message({ ...said, functional: 'yes' })],
    ['no explicit', message({ ...said, explicit: undefined })],
    ['a long reference', message({ ...said, ref: 'x'.repeat(129) })],
    ['a reference that is no text', message({ ...said, ref: {} })],
    ['a TC number that is none', message({ ...said, tcf: { policyVersion: -1, cmpId: 1, cmpVersion: 1 } })],
  ])('%s is not heard', (_name, data) => {
    expect(parseManaged(data)).toBeNull();
  });
});
