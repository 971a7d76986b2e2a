import { setTimeout as sleep } from 'node:timers/promises';
import type { StartRequest } from '../../../shared/api.ts';
import type { ErrorBody, ErrorCode } from '../../../shared/errors.ts';
import type { Answer } from '../../../shared/events.ts';
import { newActId, newId, newSessionToken } from '../../../shared/ids.ts';
import { SECOND } from '../../../shared/limits.ts';
import { connectAgent, type TestAgent } from '../../support/agent.ts';
import type { Sender } from '../../support/http.ts';
import { askAsAgent, askAsVisitor, type VisitorSocket } from '../../support/sockets.ts';
import { postStart, startRequestFor, startVisitor, type TestVisitor } from '../../support/visitor.ts';
import { type Asked, type History, note, noteStart } from '../disk/workload.ts';

/** One try to have the relay keep something, and what came of it. Times are `performance.now()`. */
export interface Attempt {
  who: string;
  began: number;
  ended: number;
  outcome: 'ok' | 'no_answer' | ErrorCode;
  /** Set when the relay said so. */
  retryAfterSeconds: number | null;
}

/** People who go on writing whatever happens, each with one message at a time, under the same id until it is kept. */
export interface Crowd {
  people: string[];
  attempts: Attempt[];
  history: History;
  /** Who lost the connection. A database that is away is no reason for that. */
  cut: string[];
  visitors: { visitor: TestVisitor; socket: VisitorSocket }[];
  agent: TestAgent;
  /** Lets everybody finish what they have begun. @throws when somebody cannot within `patience` ms. */
  finish(patience: number): Promise<void>;
  /** Sends everybody away, however it went. */
  close(): void;
}

/** Between two messages of one person: the relay has something to do all the time, and is not what is measured. */
const PACE = 40;
/** A start is a bigger thing. */
const START_PACE = 200;
const VISITORS = 3;

type Try = () => Promise<Pick<Attempt, 'outcome' | 'retryAfterSeconds'>>;

/** Runs with a crowd, and sends it away however that went. */
export async function amongCrowd<T>(relay: Sender, run: (crowd: Crowd) => Promise<T>): Promise<T> {
  const crowd = await gather(relay);
  try {
    return await run(crowd);
  } finally {
    crowd.close();
  }
}

async function gather(relay: Sender): Promise<Crowd> {
  const agent = await connectAgent(relay);
  const crowd: Omit<Crowd, 'people' | 'finish' | 'close'> = { attempts: [], history: new Map(), cut: [], visitors: [], agent };
  for (let at = 0; at < VISITORS; at++) {
    const visitor = await startVisitor(relay);
    noteStart(crowd.history, visitor);
    crowd.visitors.push({ visitor, socket: await visitor.connect() });
  }
  const going = { on: true, until: Number.POSITIVE_INFINITY };
  const people = [
    ...crowd.visitors.map(({ visitor, socket }, at) => visitorWho(crowd, `visitor ${at}`, visitor, socket)),
    agentWho(crowd, agent, crowd.visitors[0]?.visitor.conversationId ?? ''),
    strangerWho(crowd, relay, await startRequestFor(relay)),
  ];
  const all = Promise.all(people.map((person) => goOn(crowd, person, going)));
  // Heard in `finish`; until then nobody waits for it.
  all.catch(() => undefined);
  for (const [at, { socket }] of crowd.visitors.entries())
    socket.on('disconnect', () => going.on && crowd.cut.push(`visitor ${at}`));
  agent.socket.on('disconnect', () => going.on && crowd.cut.push('agent'));
  return {
    ...crowd,
    people: people.map(({ who }) => who),
    async finish(patience) {
      going.on = false;
      going.until = performance.now() + patience;
      await all;
    },
    close() {
      going.on = false;
      going.until = 0;
      for (const { socket } of crowd.visitors) socket.close();
      agent.socket.close();
    },
  };
}

interface Person {
  who: string;
  pace: number;
  /** Something new, to be tried until it is kept. */
  next(): { asked: Asked[]; attempt: Try };
}

async function goOn({ attempts }: Pick<Crowd, 'attempts'>, { who, pace, next }: Person, going: { on: boolean; until: number }) {
  while (going.on) {
    const { asked, attempt } = next();
    for (;;) {
      const began = performance.now();
      const { outcome, retryAfterSeconds } = await attempt();
      attempts.push({ who, began, ended: performance.now(), outcome, retryAfterSeconds });
      if (outcome === 'ok') break;
      if (performance.now() > going.until) throw new Error(`${who} could not have it kept: ${outcome}`);
      await sleep((retryAfterSeconds ?? 1) * SECOND);
    }
    for (const one of asked) one.acked = true;
    await sleep(pace);
  }
}

function visitorWho({ history }: Pick<Crowd, 'history'>, who: string, visitor: TestVisitor, socket: VisitorSocket): Person {
  let count = 0;
  return {
    who,
    pace: PACE,
    next() {
      const draft = { id: newId(), body: `${who} says ${++count}` };
      const asked = note(history, 'message', draft.id, visitor.conversationId, draft.body);
      return { asked: [asked], attempt: () => outcomeOf(askAsVisitor(socket, 'message:send', draft)) };
    },
  };
}

function agentWho({ history }: Pick<Crowd, 'history'>, agent: TestAgent, conversationId: string): Person {
  let count = 0;
  return {
    who: 'agent',
    pace: PACE,
    next() {
      const draft = { conversationId, id: newId(), body: `agent says ${++count}` };
      const asked = note(history, 'message', draft.id, conversationId, draft.body);
      return { asked: [asked], attempt: () => outcomeOf(askAsAgent(agent.socket, 'message:send', draft)) };
    },
  };
}

/** Always somebody who agrees and begins: each a stranger, on a form that was drawn while all was well. */
function strangerWho({ history }: Pick<Crowd, 'history'>, relay: Sender, form: StartRequest): Person {
  let count = 0;
  return {
    who: 'stranger',
    pace: START_PACE,
    next() {
      const message = { id: newId(), body: `stranger ${++count} asks` };
      const request = { ...form, session: newSessionToken(), conversationId: newId(), actId: newActId(), message };
      const consent = note(history, 'consent', request.actId, request.conversationId, '');
      const first = note(history, 'message', message.id, request.conversationId, message.body);
      return { asked: [consent, first], attempt: () => replyOf(postStart<ErrorBody>(relay, request)) };
    },
  };
}

async function outcomeOf(answer: Promise<Answer<unknown>>): ReturnType<Try> {
  try {
    const got = await answer;
    if (got.ok) return { outcome: 'ok', retryAfterSeconds: null };
    return { outcome: got.error, retryAfterSeconds: got.retryAfterSeconds ?? null };
  } catch {
    return { outcome: 'no_answer', retryAfterSeconds: null };
  }
}

async function replyOf(reply: ReturnType<typeof postStart<ErrorBody>>): ReturnType<Try> {
  try {
    const { status, body } = await reply;
    if (status === 200) return { outcome: 'ok', retryAfterSeconds: null };
    return { outcome: body.error.code, retryAfterSeconds: body.error.retryAfterSeconds ?? null };
  } catch {
    return { outcome: 'no_answer', retryAfterSeconds: null };
  }
}
