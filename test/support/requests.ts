import { dayOf } from '../../shared/deadlines.ts';
import type { FindPerson, FoundPerson, NewRequest, RequestDetail } from '../../shared/requests.ts';
import { addAgent, signIn } from './agent.ts';
import { get, post, type Reply } from './http.ts';
import { startTestRelay, type TestRelay } from './start-relay.ts';
import type { TestVisitor } from './visitor.ts';

/** Who is at the privacy desk, and an agent who is not. */
export const DPO = { name: 'Deirdre', email: 'dpo@shop.example', password: 'a quiet place by the sea' };
export const AGENT = { name: 'Ada', email: 'ada@shop.example', password: 'a quiet place by the sea' };

/** A Tuesday. */
export const START = Date.UTC(2026, 2, 10, 9, 30);

export interface RequestDesk {
  relay: TestRelay;
  agentCookie: string;
  cookie(): string;
  now(): number;
  /** Travels to a time; the session of the desk lasts an hour without use. */
  at(time: number): Promise<void>;
  /** One of the desk's doors: a GET without a body. */
  ask<T>(path: string, body?: unknown, as?: string): Promise<Reply<T>>;
  enter(change?: Partial<NewRequest>): Promise<RequestDetail>;
  /** A request whose person was found by address and day. */
  enterFor(visitor: TestVisitor, change?: Partial<NewRequest>): Promise<RequestDetail>;
  detail(id: string): Promise<RequestDetail>;
  step(body: object): Promise<Reply<RequestDetail>>;
  find(by: FindPerson): Promise<Reply<{ people: FoundPerson[] }>>;
  draft(body: object): Promise<string>;
  answer(id: string, change?: object): Promise<Reply<RequestDetail>>;
  visitorIdOf(visitor: TestVisitor): Promise<string>;
  linkOf(visitor: TestVisitor): Promise<string>;
}

/** What came by e-mail today, as the desk enters it. */
export const newRequestOn = (day: string): NewRequest => {
  return { site: 'demo', kind: 'access', via: 'email', viaOthers: false, received: day, contact: null, name: null, text: '' };
};

/** A relay with somebody at its privacy desk, and a clock that the test moves. */
export async function startRequestDesk(): Promise<RequestDesk> {
  let now = START;
  const relay = await startTestRelay({ overrides: { clock: () => now } });
  await addAgent(relay, { ...DPO, role: 'privacy' });
  await addAgent(relay, AGENT);
  let cookie = (await signIn(relay, DPO)).cookie;
  const ask = <T>(path: string, body?: unknown, as = cookie): Promise<Reply<T>> =>
    body === undefined
      ? get<T>(relay, `/api/agent/requests${path}`, { cookie: as })
      : post<T>(relay, `/api/agent/requests${path}`, body, { cookie: as });
  const must = async (path: string, body: object): Promise<RequestDetail> => {
    const reply = await ask<RequestDetail>(path, body);
    if (reply.status !== 200) throw new Error(`${path}: ${reply.text}`);
    return reply.body;
  };
  const enter = (change: Partial<NewRequest> = {}) => must('', { ...newRequestOn(dayOf(now)), ...change });
  const visitorIdOf = async ({ conversationId }: TestVisitor): Promise<string> =>
    (await relay.ctx.store.read.conversation(conversationId))?.visitorId ?? '';
  return {
    relay,
    agentCookie: (await signIn(relay, AGENT)).cookie,
    cookie: () => cookie,
    now: () => now,
    async at(time) {
      now = time;
      cookie = (await signIn(relay, DPO)).cookie;
    },
    ask,
    enter,
    async enterFor(visitor, change = {}) {
      const { id } = await enter(change);
      const by = { email: visitor.request.email ?? '', day: dayOf(now) };
      return must('/step', { step: 'person', id, visitorId: await visitorIdOf(visitor), by });
    },
    detail: async (id) => (await ask<RequestDetail>(`/one/${id}`)).body,
    step: (body) => ask<RequestDetail>('/step', body),
    find: (by) => ask<{ people: FoundPerson[] }>('/find', by),
    draft: async (body) => (await ask<{ text: string }>('/draft', body)).body.text,
    answer: (id, change = {}) =>
      ask<RequestDetail>('/answer', { id, outcome: 'done', ground: null, sentBy: 'email', text: 'Here it is.', ...change }),
    visitorIdOf,
    linkOf: async ({ session }) => (await post<{ token: string }>(relay, '/api/receipts', { session })).body.token,
  };
}
