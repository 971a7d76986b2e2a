import type { Decided, DecideRequest, WithdrawRequest } from '../../../shared/api.ts';
import type { Answer, Message } from '../../../shared/events.ts';
import { newActId, newId } from '../../../shared/ids.ts';
import { connectAgent, type TestAgent } from '../../support/agent.ts';
import { post, type Sender } from '../../support/http.ts';
import { askAsAgent, askAsVisitor, type VisitorSocket, visitorSocket } from '../../support/sockets.ts';
import { postStart, startRequestFor, type TestVisitor } from '../../support/visitor.ts';
import type { Random } from './random.ts';

/** What was asked of the relay under an id that the client minted, and whether it said yes. */
export interface Asked {
  kind: 'message' | 'consent';
  id: string;
  conversationId: string;
  /** A message's text. */
  body: string;
  acked: boolean;
}

/** Everything that one run has asked, by id. */
export type History = Map<string, Asked>;

export interface Load {
  /** How many write at once, and how many visitors each of them is, one after the other. */
  lanes: number;
  visitors: number;
  /** Bursts of each visitor, and the longest burst. */
  turns: number;
  burst: number;
}

/** A talk that was begun: it can be gone on with after the relay came back. */
export interface Talk {
  conversationId: string;
  session: string;
  noticeHash: string;
}

/**
 * Starts, messages of visitors and agents, decisions about a purpose and withdrawals, over real sockets. Where the
 * relay ends in the middle, what was under way stays unacknowledged, and what failed is given.
 */
export async function work(
  relay: Sender,
  history: History,
  random: Random,
  load: Load,
): Promise<{ talks: Talk[]; failed: unknown[] }> {
  const agent = await connectAgent(relay);
  const talks: Talk[] = [];
  const lane = async (): Promise<void> => {
    for (let at = 0; at < load.visitors; at++) {
      const talk = await begin(relay, history);
      talks.push(talk);
      const socket = await visitorSocket(relay, { auth: { session: talk.session } });
      try {
        for (let turn = 0; turn < load.turns; turn++) await oneTurn(relay, history, random, { talk, socket, agent }, load.burst);
      } finally {
        socket.close();
      }
      if (random.chance(0.2)) await withdraw(relay, history, talk);
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: load.lanes }, lane));
  agent.socket.close();
  return { talks, failed: lanes.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : [])) };
}

interface Place {
  talk: Talk;
  socket: VisitorSocket;
  agent: TestAgent;
}

async function oneTurn(relay: Sender, history: History, random: Random, place: Place, burst: number): Promise<void> {
  const { talk, socket, agent } = place;
  const sends = Array.from({ length: 1 + random.below(burst) }, () => sendAsVisitor(socket, history, talk, textOf(random)));
  if (random.chance(0.4)) sends.push(sendAsAgent(agent, history, talk, textOf(random)));
  if (random.chance(0.3)) sends.push(decide(relay, history, talk, random.chance(0.7)));
  await Promise.all(sends);
}

/** Now and then longer than a page of the database. */
function textOf(random: Random): string {
  const words = `line ${random.below(1_000_000)}`;
  return random.chance(0.05) ? words.padEnd(3000, ' and so on') : words;
}

async function begin(relay: Sender, history: History): Promise<Talk> {
  const request = await startRequestFor(relay);
  const { conversationId, session, actId, message, noticeHash } = request;
  const consent = note(history, 'consent', actId, conversationId, '');
  const first = note(history, 'message', message.id, conversationId, message.body);
  const reply = await postStart(relay, request);
  if (reply.status !== 200) throw new Error(`the start was refused: ${reply.text}`);
  consent.acked = true;
  first.acked = true;
  return { conversationId, session, noticeHash };
}

export function sendAsVisitor(socket: VisitorSocket, history: History, talk: Talk, body: string, id = newId()): Promise<void> {
  const asked = note(history, 'message', id, talk.conversationId, body);
  return settle(asked, askAsVisitor(socket, 'message:send', { id, body }));
}

function sendAsAgent(agent: TestAgent, history: History, { conversationId }: Talk, body: string): Promise<void> {
  const id = newId();
  const asked = note(history, 'message', id, conversationId, body);
  return settle(asked, askAsAgent(agent.socket, 'message:send', { conversationId, id, body }));
}

async function settle(asked: Asked, answer: Promise<Answer<Message>>): Promise<void> {
  const { ok } = await answer;
  asked.acked ||= ok;
}

async function decide(relay: Sender, history: History, talk: Talk, granted: boolean): Promise<void> {
  const request: DecideRequest = {
    session: talk.session,
    purpose: 'news',
    granted,
    noticeHash: talk.noticeHash,
    nextSession: null,
    ...act(),
  };
  await give(relay, history, talk, '/api/consents/decide', request);
}

async function withdraw(relay: Sender, history: History, talk: Talk): Promise<void> {
  const request: WithdrawRequest = { session: talk.session, ...act() };
  await give(relay, history, talk, '/api/consents/withdraw', request);
}

async function give(relay: Sender, history: History, talk: Talk, path: string, request: { actId: string }): Promise<void> {
  const asked = note(history, 'consent', request.actId, talk.conversationId, '');
  const { status } = await post<Decided>(relay, path, request);
  asked.acked = status === 200;
}

function act(): Omit<WithdrawRequest, 'session'> {
  return { actId: newActId(), control: 'chat.test', action: 'click', clientTime: null, viewport: 'desktop' };
}

/** Puts it on record, once for each id. */
export function note(history: History, kind: Asked['kind'], id: string, conversationId: string, body: string): Asked {
  const known = history.get(id) ?? { kind, id, conversationId, body, acked: false };
  history.set(id, known);
  return known;
}

/** A start that was acknowledged: a consent and a first message. */
export function noteStart(history: History, { request, conversationId }: Pick<TestVisitor, 'request' | 'conversationId'>): void {
  note(history, 'consent', request.actId, conversationId, '').acked = true;
  note(history, 'message', request.message.id, conversationId, request.message.body).acked = true;
}
