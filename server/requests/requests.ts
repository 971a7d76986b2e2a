import { randomInt } from 'node:crypto';
import type { AuditActor } from '../../shared/audit.ts';
import { dayOf, type RequestKind } from '../../shared/deadlines.ts';
import { newId } from '../../shared/ids.ts';
import { redacted } from '../../shared/redaction/redaction.ts';
import type { IdentifiedBy, RequestStep, Via } from '../../shared/request-codes.ts';
import type { NewRequest, RequestStepBody, SentAnswer } from '../../shared/requests.ts';
import type { AgentActor } from '../agents/sessions.ts';
import { recordAct } from '../audit/act.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import type { RequestChange, RequestRow } from '../store/requests.ts';
import type { Tx } from '../store/store.ts';
import { UNWRITTEN } from './answer.ts';
import { calendarOf, dueColumns, noticesFor, profilesFor, timeOn } from './calendar.ts';
import { findPeople } from './people.ts';
import { changePerson, readWords, sealNewWords } from './words.ts';

interface NewOne {
  /** Of the asker's making, where they may try again; only with `from`. */
  id?: string | undefined;
  siteId: string;
  kind: RequestKind;
  via: Via;
  viaOthers: boolean;
  receivedAt: number;
  contact: string | null;
  name: string | null;
  text: string;
  /** Who asks, where that is known from the start. */
  from: { visitorId: string; by: IdentifiedBy } | null;
}

/**
 * Puts a request down with its due days (PR-51), in one transaction with who asked and what. Made twice by one visitor
 * under one id it is as made once.
 * @throws Refusal `not_found` for a visitor who is gone; `conflict` for an id that is another's, or stands for other words.
 */
export async function makeRequest(ctx: Context, asked: NewOne, actor: AuditActor): Promise<RequestRow> {
  const now = ctx.clock();
  const { id = newId(now), siteId, from, contact, name, ...rest } = asked;
  const { text: written, ...plain } = rest;
  // As in the chat: what need not be stored is taken out before it is.
  const text = redacted(written, await ctx.redaction.of(siteId));
  return ctx.store.write(async (tx) => {
    // As everything that adds to a visitor: who is being erased meanwhile is locked, or gone.
    if (from && !(await tx.lockVisitor(from.visitorId))) throw new Refusal('not_found');
    const known = from && asked.id ? await tx.requests.byId(id) : null;
    if (known) {
      await requireSame(ctx, tx, known, { visitorId: from?.visitorId, kind: asked.kind, text, contact });
      return known;
    }
    const calendar = await calendarOf(tx, siteId);
    const notices = await noticesFor(tx, siteId, from?.visitorId ?? null);
    const row: RequestRow = {
      ...NEW,
      ...plain,
      id,
      number: newNumber(),
      siteId,
      profile: profilesFor(notices, plain, calendar).profile,
      enteredAt: now,
      person: from ? 'found' : 'unknown',
      identifiedBy: from?.by ?? null,
    };
    Object.assign(row, dueColumns(row, calendar));
    await tx.requests.insert(row);
    await sealNewWords(ctx, tx, row.id, from?.visitorId ?? null, { contact, name, text, answer: null }, now);
    await addStep(tx, row.id, actor, 'received', row.via, now);
    await recordAct(tx, { actor, action: 'request.made', object: row.id, detail: { kind: row.kind, via: row.via } }, now);
    return row;
  });
}

/** What comes again under an id must be what came: other words must never be taken for words that are kept. */
async function requireSame(
  ctx: Context,
  tx: Tx,
  { id, kind }: RequestRow,
  again: { visitorId: string | undefined; kind: RequestKind; text: string; contact: string | null },
): Promise<void> {
  const person = await tx.requests.person(id);
  const words = person && (await readWords(ctx, tx, person));
  const isSame = kind === again.kind && words?.text === again.text && words.contact === again.contact;
  if (person?.visitorId !== again.visitorId || !isSame) throw new Refusal('conflict');
}

/** From the desk: what came by letter, by e-mail or by phone. @throws Refusal `not_found`, `invalid` for a day to come. */
export async function enterRequest(ctx: Context, body: NewRequest, actor: AgentActor): Promise<RequestRow> {
  const site = await ctx.store.read.siteByKey(body.site);
  if (!site) throw new Refusal('not_found');
  const { timeZone } = await calendarOf(ctx.store.read, site.id);
  const now = ctx.clock();
  const today = dayOf(now, timeZone);
  if (body.received > today) throw new Refusal('invalid', { fields: { received: 'to_come' } });
  const { kind, via, viaOthers, received, text } = body;
  const receivedAt = received === today ? now : timeOn(received, timeZone);
  const words = { contact: body.contact || null, name: body.name || null, text };
  return makeRequest(ctx, { siteId: site.id, kind, via, viaOthers, receivedAt, from: null, ...words }, actor);
}

/**
 * One step of a request that is open.
 * @throws Refusal `not_found`; `conflict` where it was answered, or the step cannot be taken (any more); `invalid` for a
 * person whom the things do not show to be the one.
 */
export async function takeStep(ctx: Context, body: RequestStepBody, actor: AgentActor): Promise<void> {
  const now = ctx.clock();
  const person = body.step === 'person' ? await chosen(ctx, body) : null;
  await changeRequest(ctx, body.id, actor, async (tx, row, calendar) => {
    const today = dayOf(now, calendar.timeZone);
    switch (body.step) {
      case 'acknowledge':
        if (row.acknowledgedAt !== null) throw new Refusal('conflict');
        return { change: { acknowledgedAt: now }, step: 'acknowledged' };
      case 'ask_identity':
        if (row.person === 'found') throw new Refusal('conflict');
        return { change: { identityAskedAt: row.identityAskedAt ?? now, identityGivenAt: null }, step: 'identity_asked' };
      case 'extend':
        // GDPR Art. 12(3): once, and told inside the first period.
        if (row.extendBy === null || row.extendedAt !== null || today > row.extendBy) throw new Refusal('conflict');
        return { change: { extendedAt: now, extensionReason: body.reason }, step: 'extended', detail: body.reason };
      case 'profile':
        if (body.profile === row.profile) throw new Refusal('conflict');
        return { change: { profile: body.profile }, step: 'profile_changed', detail: `${row.profile} ${body.profile}` };
      case 'nobody':
        await changePerson(ctx, tx, row.id, { visitorId: null });
        return { change: { person: 'none', identifiedBy: null }, step: 'person_none' };
      case 'let_go':
        if (row.person === 'unknown' || row.actedAt !== null) throw new Refusal('conflict');
        await changePerson(ctx, tx, row.id, { visitorId: null });
        return { change: { person: 'unknown', identifiedBy: null, identityGivenAt: null }, step: 'person_let_go' };
      case 'person':
        if (!person) throw new Refusal('invalid');
        return tie(ctx, tx, row, person, now);
    }
  });
}

interface Step {
  change: RequestChange;
  step: RequestStep;
  detail?: string | null;
}

/** Changes an open request: its due days follow, and its history tells. */
export async function changeRequest(
  ctx: Context,
  id: string,
  actor: AgentActor,
  decide: (tx: Tx, row: RequestRow, calendar: Awaited<ReturnType<typeof calendarOf>>) => Promise<Step>,
): Promise<void> {
  await ctx.store.write((tx) => changeRequestIn(ctx, tx, id, actor, decide));
}

/** The same in the caller's transaction. */
export async function changeRequestIn(
  ctx: Pick<Context, 'clock'>,
  tx: Tx,
  id: string,
  actor: AgentActor,
  decide: (tx: Tx, row: RequestRow, calendar: Awaited<ReturnType<typeof calendarOf>>) => Promise<Step>,
): Promise<void> {
  const now = ctx.clock();
  const row = await openOne(tx, id);
  const calendar = await calendarOf(tx, row.siteId);
  const { change, step, detail } = await decide(tx, row, calendar);
  await tx.requests.update(id, { ...change, ...dueColumns({ ...row, ...change }, calendar) });
  await addStep(tx, id, actor, step, detail ?? null, now);
  await recordAct(tx, { actor, action: 'request.changed', object: id, detail: { step } }, now);
}

/** What was sent closes the request (PR-51); the text stays sealed for as long as the words are kept. */
export async function closeRequest(ctx: Context, body: SentAnswer, actor: AgentActor): Promise<void> {
  const { id, outcome, ground, sentBy, text } = body;
  if (UNWRITTEN.some((gap) => text.includes(gap))) throw new Refusal('invalid', { fields: { text: 'unfinished' } });
  const isLess = outcome === 'refused' || outcome === 'partly';
  // GDPR Art. 12(4): whoever is refused is told why.
  if (isLess !== (ground !== null)) throw new Refusal('invalid', { fields: { ground: isLess ? 'required' : 'not_asked' } });
  const now = ctx.clock();
  await ctx.store.write(async (tx) => {
    await openOne(tx, id);
    await changePerson(ctx, tx, id, { words: { answer: text } });
    await tx.requests.update(id, { status: 'answered', outcome, ground, sentBy, answeredAt: now });
    await addStep(tx, id, actor, 'answered', outcome, now);
    await recordAct(tx, { actor, action: 'request.answered', object: id, detail: { outcome } }, now);
  });
}

async function openOne(tx: Tx, id: string): Promise<RequestRow> {
  const row = await tx.requests.lock(id);
  if (!row) throw new Refusal('not_found');
  if (row.status !== 'open') throw new Refusal('conflict');
  return row;
}

/** Whoever was chosen is looked for again by the same things, and has to be shown by them (PR-52). */
async function chosen(
  ctx: Context,
  body: Extract<RequestStepBody, { step: 'person' }>,
): Promise<{ visitorId: string; by: IdentifiedBy }> {
  const row = await ctx.store.read.requests.byId(body.id);
  if (!row) throw new Refusal('not_found');
  const found = (await findPeople(ctx, row.siteId, body.by)).find(({ visitorId }) => visitorId === body.visitorId);
  if (!found?.isEnough) throw new Refusal('invalid', { fields: { by: 'not_enough' } });
  return { visitorId: found.visitorId, by: found.matched.includes('link') ? 'link' : 'match' };
}

/** The request is theirs from now on, and goes by the strictest law that they agreed under, unless the desk chose one. */
async function tie(
  ctx: Context,
  tx: Tx,
  row: RequestRow,
  { visitorId, by }: { visitorId: string; by: IdentifiedBy },
  now: number,
): Promise<Step> {
  if (row.person === 'found') throw new Refusal('conflict');
  if (!(await tx.lockVisitor(visitorId))) throw new Refusal('not_found');
  await changePerson(ctx, tx, row.id, { visitorId });
  const isChosen = (await tx.requests.steps(row.id)).some(({ step }) => step === 'profile_changed');
  const calendar = await calendarOf(tx, row.siteId);
  const profile = isChosen ? row.profile : profilesFor(await noticesFor(tx, row.siteId, visitorId), row, calendar).profile;
  const identity = row.identityAskedAt === null ? {} : { identityGivenAt: now };
  return { change: { person: 'found', identifiedBy: by, profile, ...identity }, step: 'person_found', detail: by };
}

export async function addStep(
  tx: Tx,
  requestId: string,
  actor: AuditActor,
  step: RequestStep,
  detail: string | null,
  now: number,
): Promise<void> {
  const agentId = actor.kind === 'agent' ? actor.id : null;
  await tx.requests.addStep({ requestId, at: now, agentId, step, detail });
}

/** Without letters and digits that are taken for another. */
const DIGITS = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A number to name a request by; it opens nothing. */
function newNumber(): string {
  const digits = Array.from({ length: 8 }, () => DIGITS[randomInt(DIGITS.length)]).join('');
  return `R-${digits.slice(0, 4)}-${digits.slice(4)}`;
}

const NEW = {
  status: 'open',
  identityAskedAt: null,
  identityGivenAt: null,
  acknowledgedAt: null,
  extendedAt: null,
  extensionReason: null,
  actedAt: null,
  erasureId: null,
  outcome: null,
  ground: null,
  answeredAt: null,
  sentBy: null,
  acknowledgeDue: null,
  answerDue: null,
  extendBy: null,
} satisfies Partial<RequestRow>;
