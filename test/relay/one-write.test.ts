import { Socket } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { newId } from '../../shared/ids.ts';
import { connectAgent } from '../support/agent.ts';
import { askAsAgent, askAsVisitor, dataOf, factsOf } from '../support/sockets.ts';
import { startTestRelay } from '../support/start-relay.ts';
import { startVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

const MESSAGES = 40;

afterEach(() => vi.restoreAllMocks());

it('what one commit has for a socket leaves in a few writes, whole and in order', async () => {
  const relay = await startTestRelay();
  const agent = await connectAgent(relay);
  const visitor = await startVisitor(relay);
  const socket = await visitor.connect();
  try {
    dataOf(await askAsAgent(agent.socket, 'conversation:open', { conversationId: visitor.conversationId }));
    const told = factsOf(agent.socket);
    const writes = [vi.spyOn(Socket.prototype, '_write'), vi.spyOn(Socket.prototype, '_writev' as '_write')];
    const bodies = Array.from({ length: MESSAGES }, (_, at) => `line ${at}`);
    const answers = await Promise.all(bodies.map((body) => askAsVisitor(socket, 'message:send', { id: newId(), body })));
    expect(answers.map((answer) => dataOf(answer).body)).toEqual(bodies);
    const created = await waitFor(() => {
      const messages = told.flatMap(({ name, fact }) =>
        name === 'message:created' ? [(fact as { message: { body: string } }).message] : [],
      );
      return messages.length === MESSAGES && messages;
    }, 'all at the agent');
    expect(created.map(({ body }) => body)).toEqual(bodies);
    const byRelay = writes.flatMap(({ mock }) => mock.contexts).filter((context) => (context as Socket).localPort === relay.port);
    // Each message is answered and told: written one by one, that is twice as many as there are messages.
    expect(byRelay.length).toBeLessThan(MESSAGES / 2);
  } finally {
    socket.close();
    agent.socket.close();
    await relay.close();
  }
});
