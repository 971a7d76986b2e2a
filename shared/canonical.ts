/** What a published document is made of. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * Canonical JSON (RFC 8785) of plain data, for the browser: keys in the order of their UTF-16 code units, numbers and
 * strings as ECMAScript writes them, which is what the standard asks. The library that the ledger uses also refuses
 * what is no JSON; a notice was parsed from JSON, and the widget has no bytes to spare. A test holds the two together.
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const entries = Object.entries(value as { [key: string]: Json | undefined }).filter(([, one]) => one !== undefined);
  const pairs = entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => `${JSON.stringify(key)}:${canonicalJson(one as Json)}`);
  return `{${pairs.join(',')}}`;
}
