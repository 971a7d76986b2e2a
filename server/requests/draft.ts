import { survivorInWords } from '../../shared/i18n/survivors.en.ts';
import type { DraftAnswer } from '../../shared/requests.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { survivorsAfter } from '../privacy/survivors.ts';
import type { RequestRow } from '../store/requests.ts';
import type { ErasureRow } from '../store/rows.ts';
import type { Reads } from '../store/store.ts';
import { answerLetter, interimLetter, type LetterFacts } from './answer.ts';
import { calendarOf, dueOf, noticesFor } from './calendar.ts';
import { readWords } from './words.ts';

/** The letter that fits, in our words, to be changed and sent. @throws Refusal `not_found`, `invalid` */
export async function draftFor(ctx: Context, { id, letter, outcome, ground }: DraftAnswer): Promise<string> {
  const { read } = ctx.store;
  const row = await read.requests.byId(id);
  if (!row) throw new Refusal('not_found');
  const facts = await factsOf(ctx, read, row);
  if (letter !== 'answer') return interimLetter(row, facts, letter);
  if (!outcome) throw new Refusal('invalid', { fields: { outcome: 'required' } });
  return answerLetter(row, facts, outcome, ground ?? null);
}

async function factsOf(ctx: Context, reads: Reads, row: RequestRow): Promise<LetterFacts> {
  const person = await reads.requests.person(row.id);
  const [words, calendar, [notice], site] = await Promise.all([
    person && readWords(ctx, reads, person),
    calendarOf(reads, row.siteId),
    noticesFor(reads, row.siteId, person?.visitorId ?? null),
    reads.siteById(row.siteId),
  ]);
  const { answer } = dueOf(row, calendar);
  const erasure = row.erasureId === null ? null : await erasureOf(reads, row);
  return {
    controller: notice?.doc.controller ?? { name: site?.name ?? '', address: '', contact: '' },
    authority: notice?.doc.authority ?? '',
    received: dayInWords(row.receivedAt, calendar.timeZone),
    due: answer && dayInWords(Date.parse(answer), 'UTC'),
    name: words?.name ?? null,
    purposes: row.actedAt === null || !person?.visitorId ? [] : await takenBack(reads, person.visitorId, row.actedAt),
    left: erasure ? await leftBy(ctx, reads, row.id, erasure) : [],
    rows: erasure && Object.values(erasure.counts).reduce((sum, count) => sum + count, 0),
  };
}

async function erasureOf(reads: Reads, { siteId, erasureId }: RequestRow) {
  for (let after = 0; ; ) {
    const some = await reads.erasures(siteId, after, 500);
    const found = some.find(({ id }) => id === erasureId);
    const last = some.at(-1);
    if (found || !last) return found ?? null;
    after = last.seq;
  }
}

/** What the erasure left, why, and until when, a line each (PR-58). */
async function leftBy(ctx: Context, reads: Reads, requestId: string, erasure: ErasureRow): Promise<string[]> {
  const done = (await reads.requests.steps(requestId)).find(({ step }) => step === 'erased');
  const left = await survivorsAfter(ctx, reads, erasure, done?.detail ?? null);
  return left.map((one) => Object.values(survivorInWords(one, (at) => dayInWords(at, 'UTC'))).join(' '));
}

/** What the withdrawal took back, by the names that the visitor agreed to. */
async function takenBack(reads: Reads, visitorId: string, actedAt: number): Promise<string[]> {
  const events = await reads.consentEventsOfVisitor(visitorId);
  const names = await Promise.all(
    events
      .filter(({ state, at }) => state === 'ConsentWithdrawn' && at <= actedAt)
      .map(
        async ({ purpose, noticeHash }) => (await reads.noticeByHash(noticeHash))?.doc.words.purposes[purpose]?.name ?? purpose,
      ),
  );
  return [...new Set(names)];
}

const dayInWords = (at: number, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric', month: 'long', year: 'numeric' }).format(at);
