import type { AgentCommand, AgentInput, AgentResult } from '../../shared/events.ts';
import type { Connection, Reply } from '../connection.ts';

/**
 * The line, with an ear for what is no more: whoever was erased or restricted while this console had no line is told of
 * by no fact, but everything that is asked of their conversation is answered `not_found` (PR-53, PR-54).
 */
export function noticing(connection: Connection, onGone: (conversationId: string) => void): Connection {
  return {
    state: connection.state,
    held: connection.held,
    async ask<C extends AgentCommand>(command: C, input: AgentInput<C>): Promise<Reply<AgentResult<C>>> {
      const reply = await connection.ask(command, input);
      if (!reply.ok && reply.error === 'not_found' && 'conversationId' in input) onGone(input.conversationId);
      return reply;
    },
    on: (fact, listener) => connection.on(fact, listener),
    onConnect: (listener) => connection.onConnect(listener),
    connectNow: () => connection.connectNow(),
    close: () => connection.close(),
  };
}
