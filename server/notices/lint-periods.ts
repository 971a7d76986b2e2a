import { durationMs, LONGEST_PERIOD } from '../../shared/durations.ts';
import { DAY } from '../../shared/limits.ts';
import { type Check, type Found, fullTextOf } from './findings.ts';

/** Beyond this an owner has to justify it (PR-60). */
const JUSTIFIED_TO = 3 * 365 * DAY;

/** How the full text says that a law makes somebody keep it. */
const SAID = /\blog of access\b/i;

/** Null for what is no period, or has no end. */
function lengthOf(period: string): number | null {
  try {
    const long = durationMs(period);
    return long > 0 ? long : null;
  } catch {
    return null;
  }
}

export const isPeriod = (period: string): boolean => lengthOf(period) !== null;

/** Every kind of data has an end, which the relay then keeps: what is due goes by these (PR-60, PR-63). */
export const periods: Check = (doc, _settings, { accessLog }) => {
  const { purposes, periods: own } = doc;
  const kept: [string, string][] = [
    ...purposes.map(({ id, retention }): [string, string] => [`${id}: how long it is kept`, retention]),
    ...Object.entries(own),
    ...(accessLog === undefined ? [] : [['the log of access', accessLog] as [string, string]]),
  ];
  const held = purposes.map(({ id, validity }) => [`${id}: how long the agreement holds`, validity] as [string, string]);
  const [ip, proof] = [lengthOf(own.ip), lengthOf(own.proof)];
  return [
    ...[...kept, ...held].flatMap(([where, period]) => faultsOf(where, period)),
    ...kept
      .filter(([, period]) => isLong(period))
      .map(([where]): Found => ({ rule: 'PR-60', level: 'warning', key: 'period.long', where })),
    ...(accessLog !== undefined && !SAID.test(fullTextOf(doc))
      ? [{ rule: 'PR-62', key: 'access.unsaid', where: '' } satisfies Found]
      : []),
    ...(ip !== null && proof !== null && ip > proof ? [{ rule: 'PR-63', key: 'period.ip', where: '' } satisfies Found] : []),
  ];
};

function faultsOf(where: string, period: string): Found[] {
  const long = lengthOf(period);
  if (long === null) return [{ rule: 'PR-03', key: 'period.invalid', where }];
  return long > LONGEST_PERIOD ? [{ rule: 'PR-60', key: 'period.absurd', where }] : [];
}

function isLong(period: string): boolean {
  const long = lengthOf(period);
  return long !== null && long > JUSTIFIED_TO && long <= LONGEST_PERIOD;
}
