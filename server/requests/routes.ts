import { type Request, Router } from 'express';
import { AGENT_COOKIE, CHAT_COOKIE } from '../../shared/endpoints.ts';
import {
  type Asked,
  askRequest,
  calendarRequest,
  type Done,
  doRequest,
  draftAnswer,
  type FoundPerson,
  findPerson,
  newRequest,
  ofRequest,
  type RequestCounts,
  type RequestDetail,
  type RequestList,
  requestStep,
  sentAnswer,
} from '../../shared/requests.ts';
import { type AgentActor, requirePrivacy } from '../agents/sessions.ts';
import { recordAct } from '../audit/act.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { readCookie } from '../middleware/cookies.ts';
import { bodyOf, post, requestIdOf } from '../middleware/guards.ts';
import { askByRight } from './ask.ts';
import { draftFor } from './draft.ts';
import { carryOut, copyFor, previewRequest } from './perform.ts';
import { countRequests, listRequests, requestDetail } from './present.ts';
import { closeRequest, enterRequest, takeStep } from './requests.ts';
import { searchPeople } from './search.ts';
import { setCalendar } from './set-calendar.ts';

/** What a visitor asks for that their own page cannot do at once, by its session, its cookie or a receipt's link. */
export function requestRoutes(ctx: Context): Router {
  const router = Router();
  router.post(
    '/privacy/request',
    post(askRequest, (body, req): Promise<Asked> => askByRight(ctx, body, readCookie(req, CHAT_COOKIE))),
  );
  return router;
}

/** Requests at the privacy desk: for the role `privacy` and for owners. */
export function requestDeskRoutes(ctx: Context): Router {
  const router = Router();
  const desk = (req: Request): Promise<AgentActor> => requirePrivacy(ctx, readCookie(req, AGENT_COOKIE));
  router.get('/', async (req, res) => {
    await desk(req);
    const list: RequestList = await listRequests(ctx);
    res.json(list);
  });
  router.get('/due', async (req, res) => {
    await desk(req);
    const counts: RequestCounts = await countRequests(ctx);
    res.json(counts);
  });
  router.get('/one/:id', async (req, res) => {
    const actor = await desk(req);
    const detail: RequestDetail = await requestDetail(ctx, req.params.id);
    await noteRead(ctx, actor, detail);
    res.json(detail);
  });
  router.post(
    '/',
    post(newRequest, async (body, req) => requestDetail(ctx, (await enterRequest(ctx, body, await desk(req))).id)),
  );
  router.post(
    '/find',
    post(findPerson, async (body, req): Promise<{ people: FoundPerson[] }> => {
      return { people: await searchPeople(ctx, body, await desk(req)) };
    }),
  );
  router.post(
    '/step',
    post(requestStep, async (body, req) => {
      await takeStep(ctx, body, await desk(req));
      return requestDetail(ctx, body.id);
    }),
  );
  router.post(
    '/preview',
    post(ofRequest, async ({ id }, req) => {
      await noteReadOnce(ctx, await desk(req), id);
      return previewRequest(ctx, id);
    }),
  );
  router.post(
    '/do',
    post(doRequest, async (body, req): Promise<Done> => {
      const done = await carryOut(ctx, body, await desk(req), requestIdOf(req));
      return { request: await requestDetail(ctx, body.id), ...done };
    }),
  );
  router.post('/archive', async (req, res) => {
    const { name, body } = await copyFor(ctx, bodyOf(ofRequest, req).id, await desk(req));
    res
      .attachment(name)
      .type('application/zip')
      .send(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
  });
  router.post(
    '/draft',
    post(draftAnswer, async (body, req) => {
      await noteReadOnce(ctx, await desk(req), body.id);
      return { text: await draftFor(ctx, body) };
    }),
  );
  router.post(
    '/answer',
    post(sentAnswer, async (body, req) => {
      await closeRequest(ctx, body, await desk(req));
      return requestDetail(ctx, body.id);
    }),
  );
  router.post(
    '/calendar',
    post(calendarRequest, async (body, req) => {
      await setCalendar(ctx, body, await desk(req));
      return listRequests(ctx);
    }),
  );
  return router;
}

/**
 * Writes down that a request was read: of whom it is, where that is known, so that a copy of everything tells that somebody
 * looked (PR-81, PR-82). No line may name somebody who was erased meanwhile.
 */
async function noteRead(ctx: Context, actor: AgentActor, { id, subject }: Pick<RequestDetail, 'id' | 'subject'>): Promise<void> {
  const who = subject?.visitorId;
  await ctx.store.write(async (tx) => {
    if (who && !(await tx.lockVisitor(who))) throw new Refusal('not_found');
    await recordAct(tx, { actor, action: 'request.read', object: who ?? id }, ctx.clock());
  });
}

/** Whoever has it open has been written down; whoever asks for a part of it by itself is written down now. */
async function noteReadOnce(ctx: Context, actor: AgentActor, id: string): Promise<void> {
  const detail = await requestDetail(ctx, id);
  const object = detail.subject?.visitorId ?? id;
  const act = { object, action: 'request.read', session: actor.session ?? '', since: 0 };
  if (!(await ctx.store.read.audit.wasDone(act))) await noteRead(ctx, actor, detail);
}
