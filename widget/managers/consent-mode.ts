import { type Adapter, globalOf } from './adapter.ts';

const LOOK = 500;
const TYPES = ['functionality_storage', 'personalization_storage'];

/**
 * Google Consent Mode, version 2: what a banner told Google's tags. It is a signal and no proof, so it counts only
 * where the owner attests that a person was asked (`data-consent-map="attested"`, PR-32). `default` entries and
 * everything about ads and analytics are passed over; nothing is ever sent.
 */
export const consentMode: Adapter = ({ map }, decided) => {
  const read = new WeakSet<object>();
  let known: boolean | undefined;
  const look = (): void => {
    let now = known;
    // Tag managers shorten this list: what was read stays known.
    for (const entry of globalOf<ArrayLike<unknown>[]>('dataLayer') ?? []) {
      if (typeof entry !== 'object' || entry === null || read.has(entry)) continue;
      read.add(entry);
      const [command, kind, values] = Array.from(entry);
      if (command !== 'consent' || kind !== 'update' || typeof values !== 'object' || values === null) continue;
      const said = TYPES.map((type) => (values as Record<string, unknown>)[type]).filter((value) => value !== undefined);
      if (said.length > 0) now = said.every((value) => value === 'granted');
    }
    if (now !== undefined && now !== known) {
      decided({ functional: now, explicit: map === 'attested', ref: null, revision: null });
    }
    known = now;
  };
  look();
  setInterval(look, LOOK);
};
