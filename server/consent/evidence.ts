import { randomBytes } from 'node:crypto';
import { commitEvidence } from '../../shared/ledger.ts';
import { nodeHash } from '../ledger/ledger.ts';
import type { EvidenceRow, SiteSettings } from '../store/rows.ts';
import type { VisitorKeys } from '../vault/vault.ts';

/** What the request itself tells: taken from the socket or the trusted hops, never from the body (PR-65). */
export interface RequestEvidence {
  ip: string | null;
  userAgent: string | null;
  gpc: boolean;
  /** For the log lines of what follows; never stored. */
  requestId?: string;
}

export interface EvidenceCommitments {
  ip: string | null;
  ua: string | null;
}

export const evidencePlace = (actId: string, kind: 'ip' | 'ua', column: 'value' | 'salt') => ({
  table: 'evidence',
  column,
  row: `${actId}:${kind}`,
});

/** Seals the values apart from the event, which holds only their salted commitments: they go at their own period (PR-63). */
export function sealEvidence(
  keys: VisitorKeys,
  actId: string,
  visitorId: string,
  from: RequestEvidence,
  ipMode: SiteSettings['ipMode'],
  now: number,
): { rows: EvidenceRow[]; commitments: EvidenceCommitments } {
  const values = { ip: from.ip === null ? null : storedIp(from.ip, ipMode), ua: from.userAgent?.slice(0, 1000) ?? null };
  const rows: EvidenceRow[] = [];
  const commit = (kind: 'ip' | 'ua'): string | null => {
    const value = values[kind];
    if (value === null) return null;
    const salt = randomBytes(32);
    rows.push({
      actId,
      kind,
      visitorId,
      valueSealed: keys.seal('evidence', evidencePlace(actId, kind, 'value'), value),
      saltSealed: keys.seal('evidence', evidencePlace(actId, kind, 'salt'), salt),
      createdAt: now,
    });
    return commitEvidence(nodeHash, salt, value);
  };
  return { commitments: { ip: commit('ip'), ua: commit('ua') }, rows };
}

/** The address in the form that the owner chose to store: whole, /24 or /48, or not at all (PR-63). */
export function storedIp(ip: string, mode: SiteSettings['ipMode']): string | null {
  if (mode === 'none') return null;
  const plain = ip.replace(/^::ffff:(?=\d+\.)/, '');
  if (mode === 'full') return plain;
  if (plain.includes('.')) return `${plain.split('.').slice(0, 3).join('.')}.0/24`;
  return `${expandIpv6(plain).slice(0, 3).join(':')}::/48`;
}

/** The address with its last part covered, for a card that everybody at the desk can see. */
export function maskedIp(ip: string): string {
  if (ip.includes('/')) return ip;
  if (ip.includes('.')) return `${ip.split('.').slice(0, 3).join('.')}.•••`;
  return `${expandIpv6(ip).slice(0, 3).join(':')}:•••`;
}

function expandIpv6(ip: string): string[] {
  const [left = '', right] = ip.split('::');
  const head = left === '' ? [] : left.split(':');
  if (right === undefined) return head;
  const tail = right === '' ? [] : right.split(':');
  return [...head, ...Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0'), ...tail];
}

/** Browser and system family, never the full string (PR-36 `ua_family`). */
export function browserFamily(userAgent: string | null): string | null {
  if (!userAgent) return null;
  const browsers: [RegExp, string][] = [
    [/Edg(A|iOS)?\//, 'Edge'],
    [/OPR\/|Opera/, 'Opera'],
    [/SamsungBrowser\//, 'Samsung Internet'],
    [/Firefox\/|FxiOS\//, 'Firefox'],
    [/HeadlessChrome\/|Chrome\/|CriOS\//, 'Chrome'],
    [/Safari\//, 'Safari'],
  ];
  const systems: [RegExp, string][] = [
    [/iPhone|iPad|iPod/, 'iOS'],
    [/Android/, 'Android'],
    [/Windows/, 'Windows'],
    [/Mac OS X|Macintosh/, 'macOS'],
    [/CrOS/, 'ChromeOS'],
    [/Linux/, 'Linux'],
  ];
  const find = (table: [RegExp, string][]): string | undefined => table.find(([pattern]) => pattern.test(userAgent))?.[1];
  return [find(browsers) ?? 'Other browser', find(systems)].filter(Boolean).join(', ');
}
