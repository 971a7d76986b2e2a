import { render } from '@testing-library/preact';
import { newId } from '../../shared/ids.ts';
import { Chat } from '../../widget/chat/Chat.tsx';
import { buildConsent, buildConversation, buildFrame, type buildMessage, buildStarted, fakeConnection } from './support.tsx';

/** Where the mock of connection.ts, which each test file has of its own, finds the connection of the next chat. */
export interface Current {
  connect: (...given: unknown[]) => unknown;
}

/** A chat that has just begun, over a connection without a network. */
export function drawChat(
  current: Current,
  consents = [buildConsent('answer'), buildConsent('news', 'ConsentRefused')],
  messages: ReturnType<typeof buildMessage>[] = [],
) {
  const message = { id: newId(), body: 'Is it in stock?' };
  const host = buildFrame();
  const connection = fakeConnection();
  current.connect = connection.connect as never;
  const started = buildStarted(message, { consents });
  started.messages.push(...messages);
  const start = { session: 's'.repeat(43), message, started };
  return { ...host, connection, started, ...render(<Chat frame={host.frame} start={start} draft="" privacy={false} />) };
}

/** What the relay answers to a decision about the cookie. */
export const decided = (state: 'ConsentGiven' | 'ConsentRefused') => ({
  body: {
    consents: [buildConsent('answer'), buildConsent('persistence', state)],
    conversation: buildConversation({ keptUntil: state === 'ConsentGiven' ? 2_000_000_000_000 : null }),
  },
});
