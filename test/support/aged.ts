import { expect } from 'vitest';
import type { StartRequest } from '../../shared/api.ts';
import { post } from './http.ts';
import type { TestRelay } from './start-relay.ts';
import { startRequestFor, startVisitor, type TestVisitor } from './visitor.ts';

/** Agrees to what the chat rests on, and to nothing beside it: the proof then counts from the end of the chat. */
export async function startPlain(relay: TestRelay, change: Partial<StartRequest> = {}): Promise<TestVisitor> {
  const { decisions } = await startRequestFor(relay);
  return startVisitor(relay, {
    decisions: decisions.map((one) => ({ ...one, granted: one.purpose === 'answer' })),
    ...change,
  });
}

/** Ended by its visitor, as most are. */
export async function endedVisitor(relay: TestRelay, change: Partial<StartRequest> = {}): Promise<TestVisitor> {
  const visitor = await startPlain(relay, change);
  const reply = await post(relay, '/api/conversation/end', { session: visitor.session, nextSession: null });
  expect(reply.status).toBe(200);
  return visitor;
}
