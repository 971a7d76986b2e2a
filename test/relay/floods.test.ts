import { afterAll, beforeAll, expect, it } from 'vitest';
import { MINUTE } from '../../shared/limits.ts';
import { askAsVisitor, closedBy } from '../support/sockets.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { startVisitor } from '../support/visitor.ts';

let relay: TestRelay;
beforeAll(async () => {
  relay = await startTestRelay({ limits: { commandsPerSocket: { points: 20, windowMs: MINUTE } } });
});
afterAll(() => relay?.close());

it('[PR-67] refuses a flood on one socket, then closes it, and others go on', async () => {
  const flooding = await (await startVisitor(relay)).connect();
  const other = await (await startVisitor(relay)).connect();
  const closed = closedBy(flooding);
  const answers = Array.from({ length: 60 }, () => askAsVisitor(flooding, 'typing:set', { typing: true }).catch(() => null));
  expect(await closed).toBe('io server disconnect');
  const codes = (await Promise.all(answers)).map((answer) => (answer?.ok ? 'ok' : (answer?.error ?? 'closed')));
  expect(codes.filter((code) => code === 'ok')).toHaveLength(20);
  expect(codes).toContain('rate_limited');
  expect((await askAsVisitor(other, 'conversation:sync', { afterSeq: 0 })).ok).toBe(true);
  other.close();
});
