import fc from 'fast-check';
import { openArena } from '../support/arena.ts';
import { Violation } from '../support/judge.ts';
import { openStoreOf } from '../support/readers.ts';
import { KILL_POINTS } from '../support/relay-process.ts';
import { accept, closeTab, end, hurt, kill, Model, openTab, pause, type Real, reload, type Who, write } from './model.ts';
import type { Outcome, Plan } from './scenario.ts';

const who: fc.Arbitrary<Who> = fc.oneof({ weight: 2, arbitrary: fc.nat(2) }, fc.constant('agent' as const));
const direction = fc.constantFrom('up' as const, 'down' as const);

/** What may happen, and how often beside the rest. */
const steps = [
  fc.tuple(who, fc.integer({ min: 1, max: 3 })).map(([one, count]) => write(one, count)),
  fc.tuple(who, fc.integer({ min: 1, max: 3 })).map(([one, count]) => write(one, count)),
  fc.tuple(who, fc.constantFrom('cut' as const, 'reset' as const)).map(([one, how]) => hurt(one, how)),
  who.map((one) => hurt(one, 'drop the answer')),
  fc.tuple(who, direction).map(([one, swallow]) => hurt(one, { swallow })),
  fc
    .tuple(who, direction, fc.integer({ min: 1, max: 600 }))
    .map(([one, way, bytes]) => hurt(one, { dieAfter: bytes, direction: way })),
  fc.tuple(who, fc.integer({ min: 1, max: 200 })).map(([one, delay]) => hurt(one, { delay })),
  fc.integer({ min: 1, max: 150 }).map(pause),
  fc.constant(accept),
  fc.constant(openTab),
  fc.nat(2).map(reload),
  fc.constant(closeTab),
  fc.constantFrom('now' as const, ...KILL_POINTS).map(kill),
  fc.constant(end),
];

/**
 * Scripts of all that may happen to a chat, drawn by chance and played on the real thing; then everything heals, the
 * judge reads, and the model says what must be there. A script that breaks a promise is shrunk to what still breaks it.
 */
export async function scripts(plan: Plan): Promise<Outcome> {
  const { rounds, seed, deadline = Number.POSITIVE_INFINITY } = plan;
  let played = 0;
  let messages = 0;
  let taken = 0;
  const property = fc.asyncProperty(fc.commands(steps, { maxCommands: 14 }), async (script) => {
    const arena = await openArena({ seed, patience: 15_000 });
    try {
      const tab = await arena.visitor();
      const desk = await arena.agent();
      await desk.open(tab.conversationId);
      const model = new Model();
      const real: Real = { arena, tabs: [tab], desk, written: 0, steps: 0 };
      await fc.asyncModelRun(() => ({ model, real }), script);
      const verdict = await arena.finish('after the script');
      const first = tab.request?.message.body ?? '';
      model.writes(first);
      model.compare(await storedBodies(arena.relay));
      played += 1;
      messages += verdict.stored;
      taken += real.steps;
    } finally {
      await arena.close();
    }
  });
  const left = deadline - performance.now();
  const details = await fc.check(property, {
    seed,
    numRuns: rounds,
    ...(Number.isFinite(left) && { interruptAfterTimeLimit: Math.max(0, left) }),
  });
  if (details.counterexample !== null) {
    const why = details.errorInstance instanceof Error ? details.errorInstance.message : '';
    throw new Violation(`${why}\n${fc.defaultReportMessage(details) ?? 'a script broke a promise'}`);
  }
  return { rounds: played, figures: { steps: taken, messages } };
}

async function storedBodies(relay: Parameters<typeof openStoreOf>[0]): Promise<string[]> {
  const store = await openStoreOf(relay);
  try {
    const bodies: string[] = [];
    for (const row of await store.conversations()) {
      for (const { body } of (await store.read(row)).messages) bodies.push(body);
    }
    return bodies;
  } finally {
    await store.close();
  }
}
