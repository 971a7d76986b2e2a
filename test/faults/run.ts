/**
 * `npm run faults -- --seconds N --seed S`: the full counts of every scenario, one after the other. Stops at the
 * deadline and says how far each came; ends with 1 at the first broken promise, with the seed that breaks it again.
 */
import { parseArgs } from 'node:util';
import { setup as build } from '../support/built-setup.ts';
import { createDatabaseOn } from '../support/databases.ts';
import { startPostgres } from '../support/postgres-setup.ts';
import { awayForLong } from './scenarios/absence.ts';
import { doubleClicks } from './scenarios/clicks.ts';
import { stateEquality } from './scenarios/equality.ts';
import { killedAtPoints, killedAtRandom, terminated } from './scenarios/kills.ts';
import { cutWithinFrames, deadWhileIdle, droppedAnswers, swallowed } from './scenarios/links.ts';
import { crowdComesBack } from './scenarios/restart.ts';
import type { Outcome, Plan } from './scenarios/scenario.ts';
import { scripts } from './scenarios/scripts.ts';
import { manyStartsOneCookie, oneStartManyTimes, oneStartTwoRelays } from './scenarios/starts.ts';
import { twoTabs } from './scenarios/tabs.ts';
import { chooseSeed } from './support/seed.ts';

/** Every byte of a frame, however long it is. */
const EVERY = 10_000;

type Play = (plan: Plan) => Promise<Outcome>;

/** On a PostgreSQL database of its own. */
function onPostgres(play: (plan: Plan & { databaseUrl: string }) => Promise<Outcome>): Play {
  return async (plan) => {
    const postgres = await startPostgres();
    try {
      const database = await createDatabaseOn(postgres.url);
      return await play({ ...plan, databaseUrl: database.url });
    } finally {
      postgres.stop();
    }
  };
}

const SCENARIOS: [name: string, rounds: number, play: Play][] = [
  ['killed at random moments', 100, killedAtRandom],
  ['killed at named points', 40, killedAtPoints],
  ['killed at named points, on PostgreSQL', 20, onPostgres(killedAtPoints)],
  ['told to stop under load', 20, terminated],
  ['every third answer dropped', 300, droppedAnswers],
  ['cut after every byte up', EVERY, (plan) => cutWithinFrames({ ...plan, direction: 'up' })],
  ['cut after every byte down', EVERY, (plan) => cutWithinFrames({ ...plan, direction: 'down' })],
  ['swallowed up, while both write', 3, (plan) => swallowed({ ...plan, direction: 'up', hurry: 1 })],
  ['swallowed down, while both write', 3, (plan) => swallowed({ ...plan, direction: 'down', hurry: 1 })],
  ['swallowed up, while the visitor is idle', 1, (plan) => deadWhileIdle({ ...plan, direction: 'up' })],
  ['swallowed down, while the visitor is idle', 1, (plan) => deadWhileIdle({ ...plan, direction: 'down' })],
  ['away for longer than any buffer', 6, (plan) => awayForLong({ ...plan, messages: 450 })],
  ['two tabs at once', 200, twoTabs],
  ['one start fifty times', 15, oneStartManyTimes],
  ['fifty starts under one cookie', 10, manyStartsOneCookie],
  ['one start at two relays', 10, onPostgres(oneStartTwoRelays)],
  ['2 000 clients come back', 4, (plan) => crowdComesBack({ ...plan, clients: 2000 })],
  ['state equality', 5, stateEquality],
  ['double clicks in Chromium', 4, doubleClicks],
  ['scripts by chance', 150, scripts],
];

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { seconds: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' } },
  });
  const seed = chooseSeed(values.seed ?? process.env.FAULTS_SEED);
  const seconds = Number(values.seconds ?? 3600);
  if (!(seconds > 0)) throw new Error('--seconds is a number of seconds');
  const deadline = performance.now() + seconds * 1000;
  const chosen = SCENARIOS.filter(([name]) => name.includes(values.only ?? ''));
  say(`seed ${seed}, at most ${seconds} s, ${chosen.length} scenarios`);
  build();
  let short = 0;
  for (const [name, rounds, play] of chosen) {
    if (performance.now() > deadline) {
      short += 1;
      say(`${name}: not begun`);
      continue;
    }
    const began = performance.now();
    try {
      const outcome = await play({ rounds, seed, deadline });
      const isShort = outcome.rounds < rounds && rounds !== EVERY && performance.now() > deadline;
      if (isShort) short += 1;
      const figures = Object.entries(outcome.figures).map(([figure, value]) => `${figure} ${value}`);
      const took = `${((performance.now() - began) / 1000).toFixed(1)} s`;
      say(`${name}: ${outcome.rounds}${isShort ? ` of ${rounds}` : ''} rounds, ${took}; ${figures.join('; ')}`);
    } catch (error) {
      say(`${name}: BROKEN, seed ${seed}`);
      say(error instanceof Error ? (error.stack ?? error.message) : String(error));
      say(`Again: npm run faults -- --seed ${seed} --only '${name}'`);
      return 1;
    }
  }
  say(
    short === 0 ? 'All counts were reached.' : `Time was up: ${short} of ${chosen.length} scenarios did not reach their counts.`,
  );
  return 0;
}

process.exit(await main());
