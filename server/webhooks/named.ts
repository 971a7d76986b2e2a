import type { Reads } from '../store/store.ts';

/**
 * In which languages of a site the notice in force does not name this recipient (PR-05). Whoever once got data has to be
 * told of its end in any case (GDPR Art. 19), so this is said and holds nothing back.
 */
export async function unnamedIn(reads: Reads, siteId: string, recipient: string): Promise<string[]> {
  const notices = await reads.noticesInForce(siteId);
  return notices
    .filter(({ doc }) => !(doc.facts?.recipients ?? []).some(({ name }) => name === recipient))
    .map(({ locale }) => locale);
}

/** Everybody whom a site's notices in force name, for the form to choose from. */
export async function namedRecipients(reads: Reads, siteId: string): Promise<string[]> {
  const notices = await reads.noticesInForce(siteId);
  return [...new Set(notices.flatMap(({ doc }) => (doc.facts?.recipients ?? []).map(({ name }) => name)))];
}
