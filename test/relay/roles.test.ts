import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentCommand, agentCommands, visitorCommands } from '../../shared/events.ts';
import { newId } from '../../shared/ids.ts';
import { connectAgent, type TestAgent } from '../support/agent.ts';
import { dumpTables } from '../support/database.ts';
import { get } from '../support/http.ts';
import { type AgentSocket, askAsAgent, dataOf, emitRaw, type VisitorSocket } from '../support/sockets.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { startVisitor, type TestVisitor } from '../support/visitor.ts';

let relay: TestRelay;
let agent: TestAgent;
let visitor: TestVisitor;
let other: TestVisitor;
let socket: VisitorSocket;

beforeAll(async () => {
  relay = await startTestRelay();
  agent = await connectAgent(relay);
  visitor = await startVisitor(relay);
  other = await startVisitor(relay, { message: { id: newId(), body: 'The other visitor’s secret' } });
  socket = await visitor.connect();
});
afterAll(async () => {
  socket?.close();
  agent?.socket.close();
  await relay?.close();
});

/** A payload that its schema takes, aimed at a conversation. */
function inputFor(command: AgentCommand, conversationId: string): Record<string, unknown> {
  const inputs: Record<AgentCommand, Record<string, unknown>> = {
    'inbox:list': { view: 'all', before: null },
    'conversation:open': { conversationId },
    'conversation:sync': { conversationId, afterSeq: 0 },
    'conversation:unlock': { conversationId, afterSeq: null },
    'conversation:close': { conversationId },
    'conversation:reopen': { conversationId },
    'message:send': { conversationId, id: newId(), body: 'As if I were an agent' },
    'message:mark': { conversationId, deliveredSeq: 1, readSeq: 1 },
    'typing:set': { conversationId, typing: true },
    'presence:set': { presence: 'online' },
    'consent:card': { conversationId },
    'ip:reveal': { conversationId },
  };
  return inputs[command];
}

const agentOnly = Object.keys(agentCommands) as AgentCommand[];

describe('a visitor', () => {
  it.each(agentOnly)('cannot %s as an agent does, for the own conversation or another', async (command) => {
    for (const id of [visitor.conversationId, other.conversationId]) {
      const before = dumpTables(relay);
      expect(await emitRaw(socket, command, inputFor(command, id))).toEqual({ ok: false, error: 'invalid' });
      expect(dumpTables(relay)).toEqual(before);
    }
  });

  it.each(Object.keys(visitorCommands))('cannot %s in a conversation that it names itself', async (command) => {
    const before = dumpTables(relay);
    const fitting = inputFor(command as AgentCommand, other.conversationId) ?? { conversationId: other.conversationId };
    expect(await emitRaw(socket, command, fitting)).toEqual({ ok: false, error: 'invalid' });
    expect(dumpTables(relay)).toEqual(before);
  });

  it('reads the own conversation and nothing of another', async () => {
    const sync = JSON.stringify(await emitRaw(socket, 'conversation:sync', { afterSeq: 0 }));
    expect(sync).toContain(visitor.request.message.body);
    expect(sync).not.toContain('secret');
    expect(sync).not.toContain(other.conversationId);
  });

  it('is told nothing that only agents should know', async () => {
    dataOf(
      await askAsAgent(agent.socket, 'message:send', { conversationId: visitor.conversationId, id: newId(), body: 'Hello' }),
    );
    const sync = JSON.stringify(await emitRaw(socket, 'conversation:sync', { afterSeq: 0 }));
    for (const word of [agent.me.email, 'passwordHash', 'tokenHash', 'sealed', 'visitorId', 'assigneeId', '127.0.0.1']) {
      expect(sync).not.toContain(word);
    }
  });

  it.each(['/api/agent/me'])('cannot read %s', async (path) => {
    const reply = await get(relay, path, {
      cookie: `__Host-parley_agent=${visitor.session}; __Host-parley_chat=${visitor.session}`,
    });
    expect(reply.status).toBe(401);
  });
});

describe('an agent', () => {
  it('cannot do as a visitor what has no conversation named', async () => {
    for (const [command, input] of [
      ['message:send', { id: newId(), body: 'Whose is this?' }],
      ['conversation:sync', { afterSeq: 0 }],
      ['conversation:leave', {}],
      ['typing:set', { typing: true }],
      ['message:mark', { deliveredSeq: 1, readSeq: 1 }],
    ] as const) {
      expect(await emitRaw(agent.socket, command, input)).toEqual({ ok: false, error: 'invalid' });
    }
  });

  const inOne = agentOnly.filter((command) => !['inbox:list', 'presence:set', 'typing:set'].includes(command));
  it.each(inOne)('finds nothing with %s for a conversation that is not there', async (command) => {
    const before = dumpTables(relay);
    expect(await emitRaw(agent.socket, command, inputFor(command, newId()))).toEqual({ ok: false, error: 'not_found' });
    expect(dumpTables(relay)).toEqual(before);
  });

  it('[PR-66] sees the consent beside the conversation, the IP masked until it is asked for, and each look is written down', async () => {
    const { conversationId, request } = other;
    const card = dataOf(await askAsAgent(agent.socket, 'consent:card', { conversationId }));
    expect(card).toMatchObject({
      state: 'in_force',
      grantedAt: expect.any(Number),
      withdrawnAt: null,
      page: request.page,
      action: 'click',
      receipt: request.actId,
      notice: { hash: request.noticeHash, version: 1, locale: 'en', url: `/shown/${request.conversationId}` },
      ledger: { seq: expect.any(Number), hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      visitor: { name: request.name, email: request.email },
    });
    expect(JSON.stringify(card)).not.toContain('127.0.0.1');
    const looks = async () => (await relay.ctx.store.read.audit.newest(100)).filter((row) => row.action === 'ip.reveal');
    const before = (await looks()).length;
    expect(dataOf(await askAsAgent(agent.socket, 'ip:reveal', { conversationId }))).toEqual({ ip: '127.0.0.1' });
    const after = await looks();
    expect(after).toHaveLength(before + 1);
    expect(after[0]).toMatchObject({ object: conversationId, agentId: expect.any(String) });
  });
});

describe('an agent whose session ended', () => {
  it('has no socket any more', async () => {
    const { socket: ending, cookie } = await connectAgent(relay);
    const closed = new Promise<string>((resolve) => {
      (ending as AgentSocket).on('disconnect', resolve);
    });
    const reply = await fetch(`${relay.origin}/api/agent/logout`, {
      method: 'POST',
      headers: { origin: relay.origin, cookie, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(reply.status).toBe(200);
    expect(await closed).toMatch(/transport close|server disconnect/);
    expect((await get(relay, '/api/agent/me', { cookie })).status).toBe(401);
  });
});
