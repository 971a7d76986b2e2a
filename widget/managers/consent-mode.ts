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
  /** Each update names what it changes, and leaves the other as it was. */
  const stands = new Map<string, boolean>();
  let known: boolean | undefined;
  const look = (): void => {
    // Tag managers shorten this list: what was read stays known.
    for (const entry of globalOf<ArrayLike<unknown>[]>('dataLayer') ?? []) {
      if (typeof entry !== 'object' || entry === null || read.has(entry)) continue;
      read.add(entry);
      const [command, kind, values] = Array.from(entry);
      if (command !== 'consent' || kind !== 'update' || typeof values !== 'object' || values === null) continue;
      for (const [type, value] of Object.entries(values)) if (TYPES.includes(type)) stands.set(type, value === 'granted');
    }
    const now = stands.size > 0 ? [...stands.values()].every(Boolean) : undefined;
    if (now !== undefined && now !== known) {
      decided({ functional: now, explicit: map === 'attested', ref: null, revision: null });
    }
    known = now;
  };
  look();
  setInterval(look, LOOK);
};
