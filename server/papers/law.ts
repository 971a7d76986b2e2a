/** Laws that this program knows something of; `other` is any else. */
export type Law = 'EU' | 'UK' | 'VN' | 'BR' | 'US' | 'other';

/** The law by the jurisdiction as a notice names it: `EU-IE`, `GB`, `VN`, `BR`, `US-CA`. */
export function lawOf(jurisdiction: string): Law {
  if (/^EU(-|$)/.test(jurisdiction)) return 'EU';
  if (jurisdiction === 'GB') return 'UK';
  if (jurisdiction === 'VN' || jurisdiction === 'BR') return jurisdiction;
  return jurisdiction === 'US-CA' ? 'US' : 'other';
}
