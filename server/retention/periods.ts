import { durationMs, LONGEST_PERIOD } from '../../shared/durations.ts';
import { DAY } from '../../shared/limits.ts';
import type { NoticeDoc, NoticePurpose } from '../../shared/notice.ts';
import type { PeriodInForce } from '../../shared/retention.ts';

/** How long each kind is kept, by the words that a visitor was told. */

/** For a notice from before the linter refused what has no end: nothing is kept for ever (PR-60). */
export const USUAL = { messages: 'P90D', ip: 'P30D', proof: 'P3Y' } as const;

/** No period is shorter: nothing of a new thing is looked at before this. */
export const FIRST_LOOK = DAY;

/** How the data types of a purpose name what a message and the form hold. */
export type Told = 'message' | 'name' | 'email';

export function periodOf(period: string, usual: string): string {
  return milliseconds(period) === null ? usual : period;
}

/** Null for what is no period, has none, or is longer than any may be. */
function milliseconds(period: string): number | null {
  try {
    const long = durationMs(period);
    return long > 0 && long <= LONGEST_PERIOD ? long : null;
  } catch {
    return null;
  }
}

/** True for the purpose that the chat rests on, and for what ends with it: not for one that was asked for beside it. */
export function endsWithChat({ required, legalBasis, asked }: NoticePurpose): boolean {
  return required || legalBasis !== 'consent' || asked === 'chat';
}

/** The purposes that what was told is kept for. Where a notice names none, the one that the chat rests on. */
export function purposesFor(doc: NoticeDoc, told: Told): NoticePurpose[] {
  const named = doc.purposes.filter(({ dataTypes }) => dataTypes.includes(told));
  if (named.some(endsWithChat)) return named;
  const gate = doc.purposes.find(({ required }) => required) ?? doc.purposes.find(endsWithChat);
  return gate ? [gate, ...named] : named;
}

export const retentionOf = ({ retention }: NoticePurpose): string => periodOf(retention, USUAL.messages);
export const evidencePeriod = ({ periods }: NoticeDoc): string => periodOf(periods.ip, USUAL.ip);
export const proofPeriod = ({ periods }: NoticeDoc): string => periodOf(periods.proof, USUAL.proof);

/** What a notice says of each kind, for who looks at what is in force. */
export function periodsIn(doc: NoticeDoc): PeriodInForce[] {
  const told = (what: 'messages' | 'form', types: Told[]): PeriodInForce[] => {
    const purposes = new Set(types.flatMap((one) => purposesFor(doc, one)));
    return [...purposes].map((purpose) => ({
      what,
      period: retentionOf(purpose),
      purpose: doc.words.purposes[purpose.id]?.name ?? purpose.id,
    }));
  };
  return [
    ...told('messages', ['message']),
    ...told('form', ['name', 'email']),
    { what: 'evidence', period: evidencePeriod(doc), purpose: null },
    { what: 'consent', period: proofPeriod(doc), purpose: null },
    ...(doc.facts?.accessLog === undefined ? [] : [{ what: 'access' as const, period: doc.facts.accessLog, purpose: null }]),
  ];
}
