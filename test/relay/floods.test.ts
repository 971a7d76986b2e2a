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
  const typing = () => askAsVisitor(flooding, 'typing:set', { typing: true });
  const answers = await Promise.all(Array.from({ length: 25 }, typing));
  expect(answers.map((answer) => (answer.ok ? 'ok' : answer.error))).toEqual([
    ...Array<string>(20).fill('ok'),
    ...Array<string>(5).fill('rate_limited'),
  ]);
  const closed = closedBy(flooding);
  const rest = Promise.allSettled(Array.from({ length: 30 }, typing));
  expect(await closed).toBe('io server disconnect');
  await rest;
  expect((await askAsVisitor(other, 'conversation:sync', { afterSeq: 0 })).ok).toBe(true);
  other.close();
});
