import { inForce } from '../../shared/consent.ts';
import type { RequestKind } from '../../shared/deadlines.ts';
import type { Certificate } from '../../shared/erasure.ts';
import { newActId } from '../../shared/ids.ts';
import type { RequestStep } from '../../shared/request-codes.ts';
import type { DoRequest, RequestPreview } from '../../shared/requests.ts';
import type { AgentActor } from '../agents/sessions.ts';
import { recordLook } from '../audit/look.ts';
import { newestByPurpose } from '../consent/states.ts';
import { withdrawAll } from '../consent/withdraw.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { eraseVisitor, previewErasure } from '../privacy/erase.ts';
import { exportOf } from '../privacy/export.ts';
import { formAsGiven, rectify } from '../privacy/rectify.ts';
import { accessPeriodOf, survivorsOf } from '../privacy/survivors.ts';
import { zipOf } from '../privacy/zip.ts';
import { noticeOf, objectablePurposes, objectTo } from '../restriction/object.ts';
import { restrictVisitor } from '../restriction/restrict.ts';
import type { RequestRow } from '../store/requests.ts';
import type { Reads, Tx } from '../store/store.ts';
import { draftFor } from './draft.ts';
import { changeRequestIn } from './requests.ts';
import { readWords } from './words.ts';

/** A request whose person is known. */
interface Subject {
  row: RequestRow;
  visitorId: string;
}

/** How one kind of request is carried out here, by the rules that a visitor's own acts go by. */
interface Way {
  step: RequestStep;
  carryOut(ctx: Context, subject: Subject, body: DoRequest, actor: AgentActor, requestId: string): Promise<Certificate | null>;
}

/**
 * What the desk can do at the press of a button. A copy is not in it: it is made by being taken. A kind that is missing is
 * done by people, and answered.
 */
const WAYS: Partial<Record<RequestKind, Way>> = {
  rectify: { step: 'rectified', carryOut: rectifyForm },
  erase: { step: 'erased', carryOut: eraseAll },
  withdraw: { step: 'withdrawn', carryOut: withdrawEverything },
  restrict: { step: 'restricted', carryOut: restrictPerson },
  object: { step: 'objected', carryOut: objectForThem },
};

/** True for a kind that is carried out here, once it is known whose it is. */
export const canCarryOut = (kind: RequestKind): boolean => kind === 'access' || WAYS[kind] !== undefined;

/** What would be touched, as counts and as names of purposes; nothing is changed. */
export async function previewRequest(ctx: Context, id: string): Promise<RequestPreview> {
  const { read } = ctx.store;
  const { row, visitorId } = await subjectOf(read, id);
  const { counts, entries } = await previewErasure(read, { visitorId });
  const purposes = await (row.kind === 'object' ? stoppable(read, visitorId) : purposesInForce(read, visitorId));
  const survivors = row.kind === 'erase' ? await survivorsOf(ctx, read, { visitorId }) : [];
  return { counts, entries, purposes, survivors };
}

/**
 * Carries out what was asked for, once. Gives where the answer goes, because an erasure takes that too, and its certificate.
 * @throws Refusal `not_found`; `conflict` where it was done or answered before; `invalid` for a kind that is done by people.
 */
export async function carryOut(
  ctx: Context,
  body: DoRequest,
  actor: AgentActor,
  requestId: string,
): Promise<{ contact: string | null; certificate: Certificate | null }> {
  const { read } = ctx.store;
  const subject = await subjectOf(read, body.id);
  const { row } = subject;
  const way = WAYS[row.kind];
  if (!way) throw new Refusal('invalid', { fields: { id: 'by_hand' } });
  if (row.status !== 'open' || row.actedAt !== null) throw new Refusal('conflict');
  const person = await read.requests.person(row.id);
  const contact = person && ((await readWords(ctx, read, person))?.contact ?? (await addressOf(ctx, read, subject)));
  const certificate = await way.carryOut(ctx, subject, body, actor, requestId);
  if (!certificate) await ctx.store.write((tx) => noteDone(ctx, tx, row, actor, null));
  return { contact, certificate };
}

/** That it was carried out stands in the request. */
function noteDone(
  ctx: Context,
  tx: Tx,
  { id, kind }: RequestRow,
  actor: AgentActor,
  erasureId: string | null,
  detail: string | null = null,
): Promise<void> {
  const step = WAYS[kind]?.step ?? 'copy_made';
  return changeRequestIn(ctx, tx, id, actor, async () => ({ change: { actedAt: ctx.clock(), erasureId }, step, detail }));
}

/** Everything about the person as a ZIP, with the answer in it (PR-49). That it was made stands in the request. */
export async function copyFor(ctx: Context, id: string, actor: AgentActor): Promise<{ name: string; body: Uint8Array }> {
  const { row, visitorId } = await subjectOf(ctx.store.read, id);
  if (row.kind !== 'access') throw new Refusal('invalid', { fields: { id: 'no_copy' } });
  if (row.status !== 'open') throw new Refusal('conflict');
  const files = await exportOf(ctx, { visitorId }, actor);
  const now = ctx.clock();
  await ctx.store.write((tx) => noteDone(ctx, tx, row, actor, null));
  const answer = await draftFor(ctx, { id, letter: 'answer', outcome: 'done', ground: null });
  return { name: `${row.number}.zip`, body: await zipOf([{ name: 'answer.txt', body: answer }, ...files], now) };
}

/** @throws Refusal `not_found` for a request that is none or whose person is not known, or not there any more. */
export async function subjectOf(reads: Reads, id: string): Promise<Subject> {
  const [row, person] = await Promise.all([reads.requests.byId(id), reads.requests.person(id)]);
  if (row?.person !== 'found' || !person?.visitorId) throw new Refusal('not_found');
  return { row, visitorId: person.visitorId };
}

async function addressOf(ctx: Context, reads: Reads, { visitorId }: Subject): Promise<string | null> {
  const [newest] = (await reads.conversationsOf(visitorId)).toReversed();
  return newest ? (await formAsGiven(ctx, { conversation: newest })).email : null;
}

/** The names of what is agreed to, in the words of the notice that it was agreed under. */
export async function purposesInForce(reads: Reads, visitorId: string): Promise<string[]> {
  const conversations = await reads.conversationsOf(visitorId);
  const events = await Promise.all(conversations.map(async ({ id }) => newestByPurpose(await reads.consentEventsOf(id))));
  const names = await Promise.all(
    events
      .flat()
      .filter(({ state }) => inForce(state))
      .map(async ({ purpose, noticeHash }) => {
        const notice = await reads.noticeByHash(noticeHash);
        return notice?.doc.words.purposes[purpose]?.name ?? purpose;
      }),
  );
  return [...new Set(names)];
}

async function rectifyForm(
  ctx: Context,
  { visitorId }: Subject,
  { form }: DoRequest,
  actor: AgentActor,
  requestId: string,
): Promise<null> {
  if (!form) throw new Refusal('invalid', { fields: { form: 'required' } });
  const [newest] = (await ctx.store.read.conversationsOf(visitorId)).toReversed();
  if (!newest) throw new Refusal('not_found');
  await rectify(ctx, { conversation: newest }, form, requestId, actor);
  return null;
}

/** With the note in one transaction: afterwards nothing says any more whose request it was. */
async function eraseAll(ctx: Context, { row, visitorId }: Subject, _body: DoRequest, actor: AgentActor): Promise<Certificate> {
  // A period and no day, or the day would lead into the log of access. The answer needs it.
  const accessLog = await accessPeriodOf(ctx, ctx.store.read, visitorId);
  const also = {
    // The request first, as every step of it does; and it must still be theirs, and still be to be done.
    lock: async (tx: Tx): Promise<void> => {
      const now = await tx.requests.lock(row.id);
      const isTheirs = (await tx.requests.person(row.id))?.visitorId === visitorId;
      if (now?.status !== 'open' || now.actedAt !== null || !isTheirs) throw new Refusal('conflict');
    },
    write: (tx: Tx, erasureId: string): Promise<void> => noteDone(ctx, tx, row, actor, erasureId, accessLog),
  };
  return (await eraseVisitor(ctx, { visitorId }, { actor, reason: 'request', also })).certificate;
}

async function restrictPerson(
  ctx: Context,
  { visitorId }: Subject,
  { because = 'request' }: DoRequest,
  actor: AgentActor,
  requestId: string,
): Promise<null> {
  await restrictVisitor(ctx, { visitorId }, { actor, ground: because, requestId });
  return null;
}

/** Every purpose that can be objected to, in each conversation under its own words; whoever decides may overrule (PR-53). */
async function objectForThem(
  ctx: Context,
  { visitorId }: Subject,
  _body: DoRequest,
  actor: AgentActor,
  requestId: string,
): Promise<null> {
  const { read } = ctx.store;
  const objections = await Promise.all(
    (await read.conversationsOf(visitorId)).map(async ({ id }) =>
      objectablePurposes((await noticeOf(read, id)).doc).map((purpose) => ({ id, purpose })),
    ),
  );
  if (objections.flat().length === 0) throw new Refusal('invalid', { fields: { purposes: 'none' } });
  for (const { id, purpose } of objections.flat()) await objectTo(ctx, id, purpose, actor, requestId);
  return null;
}

/** The names of what an objection would stop. */
async function stoppable(reads: Reads, visitorId: string): Promise<string[]> {
  const names = await Promise.all(
    (await reads.conversationsOf(visitorId)).map(async ({ id }) => {
      const { doc } = await noticeOf(reads, id);
      return objectablePurposes(doc).map((purpose) => doc.words.purposes[purpose]?.name ?? purpose);
    }),
  );
  return [...new Set(names.flat())];
}

/** In each conversation, as its visitor would: events, sessions, sockets, the composer (PR-45 to PR-47). */
async function withdrawEverything(
  ctx: Context,
  { visitorId }: Subject,
  _body: DoRequest,
  actor: AgentActor,
  requestId: string,
): Promise<null> {
  for (const { id, withdrawnAt } of await ctx.store.read.conversationsOf(visitorId)) {
    if (withdrawnAt !== null) continue;
    // Nobody's browser acted: no address and no browser are kept of whoever sits at the desk.
    const act = { actId: newActId(), control: 'desk.request', action: 'request', clientTime: null, viewport: 'desktop' as const };
    await withdrawAll(ctx, id, act, { ip: null, userAgent: null, gpc: false, requestId }).catch((error: unknown) => {
      // The visitor was quicker.
      if (!(error instanceof Refusal) || error.code !== 'consent_withdrawn') throw error;
    });
    await recordLook(ctx, actor, 'consent.withdrawn', id);
  }
  return null;
}
