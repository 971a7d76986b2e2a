import { inForce } from '../../shared/consent.ts';
import { durationMs } from '../../shared/durations.ts';
import { DAY } from '../../shared/limits.ts';
import type { NoticeDoc } from '../../shared/notice.ts';
import { newestByPurpose } from '../consent/states.ts';
import type { Context } from '../context.ts';
import { noticeBegunUnder } from '../notices/begun-under.ts';
import type { ConsentEventRow, ConversationRow, DataClass, EvidenceRow, HoldRow, VisitorRow } from '../store/rows.ts';
import type { Reads } from '../store/store.ts';
import { type FormFields, openForm } from '../visitors/keys.ts';
import { endsWithChat, evidencePeriod, proofPeriod, purposesFor, retentionOf, type Told, USUAL } from './periods.ts';

/** One conversation with all that its clocks go by. */
export interface Talk {
  conversation: ConversationRow;
  /** Its events; and the notice under which it began. */
  events: ConsentEventRow[];
  doc: NoticeDoc;
  hold: HoldRow | null;
}

/** A visitor with everything by which it is reckoned what goes when. */
export interface Standing {
  visitor: VisitorRow;
  talks: Talk[];
  evidence: (EvidenceRow & { dueAt: number })[];
  /** What of the form is there. */
  fields: Field[];
  /** Their data is restricted because they need it, or want it kept instead of erased (GDPR Art. 18(1)(b), (c)). */
  wantsKept: boolean;
}

export type Field = keyof FormFields;

/** From when a period counts, how long it is (ISO 8601), and when it ends. */
export interface Clock {
  since: number;
  period: string;
  dueAt: number;
}

const clock = (since: number, period: string): Clock => ({ since, period, dueAt: since + durationMs(period) });
const latest = (clocks: Clock[]): Clock | null =>
  clocks.reduce<Clock | null>((last, one) => (last && last.dueAt >= one.dueAt ? last : one), null);

/** Null when the visitor is gone. Where nothing was asked there are no events, and the notice alone says how long. */
export async function standingOf(ctx: Pick<Context, 'vault'>, reads: Reads, visitorId: string): Promise<Standing | null> {
  const visitor = await reads.visitor(visitorId);
  if (!visitor) return null;
  // Not those in memory: another relay may have shredded one of them.
  const rows = await reads.dataKeysOf(visitorId);
  // Whose keys were lost has no form that anybody could read: it goes, and the rest at its own time.
  const form = openForm(ctx.vault.keysOf(visitorId, rows), visitorId, rows.length > 0 ? visitor.formSealed : null);
  const docs = new Map<string, NoticeDoc>();
  const docOf = async (hash: string): Promise<NoticeDoc> => {
    const doc = docs.get(hash) ?? (await reads.noticeByHash(hash))?.doc;
    if (!doc) throw new Error('a consent event without its notice');
    docs.set(hash, doc);
    return doc;
  };
  const talks: Talk[] = [];
  for (const conversation of await reads.conversationsOf(visitorId)) {
    const events = await reads.consentEventsOf(conversation.id);
    const hold = await reads.retention.hold(conversation.id);
    const { doc } = await noticeBegunUnder(reads, conversation);
    talks.push({ conversation, events, doc, hold });
  }
  const evidence = await Promise.all(
    (await reads.evidenceOf(visitorId)).map(async (row) => {
      const event = talks.flatMap(({ events }) => events).find(({ actId }) => actId === row.actId);
      const doc = event ? await docOf(event.noticeHash) : talks[0]?.doc;
      return { ...row, dueAt: row.createdAt + (doc ? durationMs(evidencePeriod(doc)) : 0) };
    }),
  );
  const restriction = await reads.restrictions.inForce(visitorId);
  const wantsKept = restriction !== null && ['unlawful', 'claims'].includes(restriction.ground);
  return { visitor, talks, evidence, fields: (['name', 'email'] as const).filter((field) => form[field] !== null), wantsKept };
}

/**
 * When a chat was over: ended, withdrawn, or its consent run out, whichever came first. One that nobody ended counts from
 * its last message, so that nothing is kept for ever (PR-60).
 */
export function endOf({ conversation }: Pick<Talk, 'conversation'>, now: number): number {
  const { status, closedBy, closedAt, withdrawnAt, consentUntil, lastAt } = conversation;
  // That it was let go of prolongs nothing.
  const closed = closedBy === 'retention' ? lastAt : closedAt;
  const ends = [status === 'closed' ? closed : null, withdrawnAt, consentUntil <= now ? consentUntil : null];
  const known = ends.filter((one) => one !== null);
  return known.length > 0 ? Math.min(...known) : lastAt;
}

/**
 * Until when a thing that was told is kept: for each purpose that it was told for. What ends with the chat counts from
 * there; what was agreed beside it holds while it is in force, and no longer than it said.
 */
function clockOf(talk: Talk, told: Told, now: number): Clock {
  const newest = new Map(newestByPurpose(talk.events).map((row) => [row.purpose, row]));
  const clocks = purposesFor(talk.doc, told).flatMap((purpose) => {
    if (endsWithChat(purpose)) return [clock(endOf(talk, now), retentionOf(purpose))];
    const event = newest.get(purpose.id);
    return event && inForce(event.state) ? [clock(event.at, retentionOf(purpose))] : [];
  });
  // Words that rest on nothing, as no notice may have them any more.
  return latest(clocks) ?? clock(endOf(talk, now), USUAL.messages);
}

export const messagesClock = (talk: Talk, now: number): Clock => clockOf(talk, 'message', now);

/** Of each field of the form, over all conversations of its visitor. */
export function formClock({ talks }: Pick<Standing, 'talks'>, field: Field, now: number): Clock | null {
  return latest(talks.map((talk) => clockOf(talk, field, now)));
}

/** What is left of the evidence goes one by one: the first of it. */
export function evidenceClock({ evidence, talks }: Standing): Clock | null {
  const [first] = evidence.toSorted((a, b) => a.dueAt - b.dueAt);
  const doc = talks[0]?.doc;
  return first && doc ? { since: first.createdAt, period: evidencePeriod(doc), dueAt: first.dueAt } : null;
}

/**
 * The proof is kept so long after the end of the processing: the chat, what was agreed beside it, and the last word that the
 * visitor had on it. That the chat's own consent runs out later, unused, prolongs nothing.
 */
function proofClock(talk: Talk, now: number): Clock {
  const own = new Set(talk.doc.purposes.filter(endsWithChat).map(({ id }) => id));
  const isSpoken = ({ state }: ConsentEventRow): boolean => state !== 'ConsentExpired' && state !== 'ConsentInvalidated';
  const words = talk.events.filter((row) => isSpoken(row) || !own.has(row.purpose)).map(({ at }) => at);
  const still = newestByPurpose(talk.events)
    .filter((row) => inForce(row.state) && !own.has(row.purpose))
    .map((row) => {
      const validity = talk.doc.purposes.find(({ id }) => id === row.purpose)?.validity;
      return row.at + (validity ? durationMs(validity) : 0);
    });
  return clock(Math.max(endOf(talk, now), ...words, ...still), proofPeriod(talk.doc));
}

/** When nothing of a visitor is left to prove, and not before everything else of theirs may go. */
export function consentClock(standing: Standing, now: number): Clock | null {
  const others = [
    ...standing.talks.map((talk) => messagesClock(talk, now)),
    ...standing.fields.map((field) => formClock(standing, field, now)),
  ].filter((one) => one !== null);
  const proof = latest(standing.talks.map((talk) => proofClock(talk, now)));
  if (!proof) return null;
  const after = Math.max(proof.dueAt, ...others.map(({ dueAt }) => dueAt), ...standing.evidence.map(({ dueAt }) => dueAt));
  return { ...proof, dueAt: after };
}

/**
 * Until when a clock stands still; null where it runs. By a hold on the conversation for its talk, on any of the visitor's for
 * what is the visitor's. And while their data is restricted because they need it, or want it kept (GDPR Art. 18(1)(b), (c)): it is asked daily.
 */
export function stoppedUntil(
  { talks, wantsKept }: Standing,
  conversationId: string,
  kind: DataClass,
  now: number,
): number | null {
  const held = talks
    .filter(({ conversation }) => kind !== 'messages' || conversation.id === conversationId)
    .flatMap(({ hold }) => (hold && hold.until > now ? [hold.until] : []));
  const ends = wantsKept ? [...held, now + DAY] : held;
  return ends.length > 0 ? Math.max(...ends) : null;
}

/** When one kind goes, as it stands now; null where there is nothing of it. */
export function clockFor(standing: Standing, conversationId: string, kind: DataClass, now: number): Clock | null {
  const talk = standing.talks.find(({ conversation }) => conversation.id === conversationId);
  if (!talk) return null;
  if (kind === 'messages') return messagesClock(talk, now);
  if (kind === 'evidence') return evidenceClock(standing);
  if (kind === 'consent') return consentClock(standing, now);
  // The first of the two: the other may stay longer, for another purpose.
  const clocks = standing.fields.map((field) => formClock(standing, field, now)).filter((one) => one !== null);
  return clocks.toSorted((a, b) => a.dueAt - b.dueAt)[0] ?? null;
}
