import type { RequestPersonRow, RequestStepRow } from './requests.ts';
import { template } from './template.ts';

/** The statements of this room (`requests.ts`). */

const REQUEST = [
  'request.id',
  'request.number',
  'request.site_id as siteId',
  'request.kind',
  'request.profile',
  'request.via',
  'request.via_others as viaOthers',
  'request.received_at as receivedAt',
  'request.entered_at as enteredAt',
  'request.status',
  'request.person',
  'request.identified_by as identifiedBy',
  'request.identity_asked_at as identityAskedAt',
  'request.identity_given_at as identityGivenAt',
  'request.acknowledged_at as acknowledgedAt',
  'request.extended_at as extendedAt',
  'request.extension_reason as extensionReason',
  'request.acted_at as actedAt',
  'request.erasure_id as erasureId',
  'request.outcome',
  'request.ground',
  'request.answered_at as answeredAt',
  'request.sent_by as sentBy',
  'request.acknowledge_due as acknowledgeDue',
  'request.answer_due as answerDue',
  'request.extend_by as extendBy',
] as const;
const PERSON = ['request_id as requestId', 'visitor_id as visitorId', 'words_sealed as wordsSealed'] as const;

export const byId = template((db, p: { id: string }) => db.selectFrom('request').select(REQUEST).where('id', '=', p.id));
export const byIdForUpdate = template((db, p: { id: string }) =>
  db.selectFrom('request').select(REQUEST).where('id', '=', p.id).forUpdate(),
);
/** A clock that stands has no day and comes last: no day is after this one. */
export const NEVER = '9999-12-31';
export const openOnes = template((db, p: { limit: number }) =>
  db
    .selectFrom('request')
    .select(REQUEST)
    .where('status', '=', 'open')
    .orderBy((eb) => eb.fn.coalesce('answer_due', eb.val(NEVER)))
    .orderBy('id')
    .limit(p.limit),
);
export const answeredOnes = template((db, p: { limit: number }) =>
  db
    .selectFrom('request')
    .select(REQUEST)
    .where('status', '=', 'answered')
    .orderBy('answered_at', 'desc')
    .orderBy('id', 'desc')
    .limit(p.limit),
);
export const dueOnes = template((db) =>
  db
    .selectFrom('request')
    .select(['answer_due as answerDue', 'acknowledge_due as acknowledgeDue', 'acknowledged_at as acknowledgedAt'])
    .where('status', '=', 'open'),
);
export const stepsOf = template((db, p: { requestId: string }) =>
  db
    .selectFrom('request_step')
    .leftJoin('agent', 'agent.id', 'request_step.agent_id')
    .select([
      'request_step.request_id as requestId',
      'request_step.at',
      'request_step.agent_id as agentId',
      'request_step.step',
      'request_step.detail',
      'agent.name as agentName',
    ])
    .where('request_step.request_id', '=', p.requestId)
    .orderBy('request_step.n'),
);
export const personOf = template((db, p: { requestId: string }) =>
  db.selectFrom('request_person').select(PERSON).where('request_id', '=', p.requestId),
);
export const ofVisitor = template((db, p: { visitorId: string }) =>
  db
    .selectFrom('request_person')
    .innerJoin('request', 'request.id', 'request_person.request_id')
    .select(REQUEST)
    .select('request_person.words_sealed as wordsSealed')
    .where('request_person.visitor_id', '=', p.visitorId)
    .orderBy('request.received_at')
    .orderBy('request.id'),
);
export const wordsAnsweredBefore = template((db, p: { before: number; limit: number }) =>
  db
    .selectFrom('request_person')
    .innerJoin('request', 'request.id', 'request_person.request_id')
    .select('request.id')
    .where('request.status', '=', 'answered')
    .where('request.answered_at', '<', p.before)
    .orderBy('request.answered_at')
    .limit(p.limit),
);
export const answeredBefore = template((db, p: { before: number; limit: number }) =>
  db
    .selectFrom('request')
    .select('id')
    .where('status', '=', 'answered')
    .where('answered_at', '<', p.before)
    .orderBy('answered_at')
    .orderBy('id')
    .limit(p.limit),
);
export const calendarOf = template((db, p: { siteId: string }) =>
  db
    .selectFrom('request_calendar')
    .select(['site_id as siteId', 'time_zone as timeZone', 'holidays'])
    .where('site_id', '=', p.siteId),
);
export const lastStep = template((db, p: { requestId: string }) =>
  db.selectFrom('request_step').select('n').where('request_id', '=', p.requestId).orderBy('n', 'desc').limit(1),
);
export const insertStep = template((db, row: RequestStepRow & { n: number }) =>
  db.insertInto('request_step').values({
    request_id: row.requestId,
    n: row.n,
    at: row.at,
    agent_id: row.agentId,
    step: row.step,
    detail: row.detail,
  }),
);
export const insertPerson = template((db, row: RequestPersonRow) =>
  db.insertInto('request_person').values({ request_id: row.requestId, visitor_id: row.visitorId, words_sealed: row.wordsSealed }),
);
export const updatePerson = template((db, row: RequestPersonRow) =>
  db
    .updateTable('request_person')
    .set({ visitor_id: row.visitorId, words_sealed: row.wordsSealed })
    .where('request_id', '=', row.requestId),
);
export const dropPerson = template((db, p: { requestId: string }) =>
  db.deleteFrom('request_person').where('request_id', '=', p.requestId),
);
export const deleteSteps = template((db, p: { requestId: string }) =>
  db.deleteFrom('request_step').where('request_id', '=', p.requestId),
);
export const deleteRequest = template((db, p: { requestId: string }) => db.deleteFrom('request').where('id', '=', p.requestId));
export const dropKeys = template((db, p: { requestId: string }) =>
  db.deleteFrom('data_key').where('visitor_id', '=', p.requestId),
);
export const putCalendar = template((db, p: { siteId: string; timeZone: string; holidays: string }) =>
  db
    .insertInto('request_calendar')
    .values({ site_id: p.siteId, time_zone: p.timeZone, holidays: p.holidays })
    .onConflict((conflict) => conflict.column('site_id').doUpdateSet({ time_zone: p.timeZone, holidays: p.holidays })),
);
