import { randomInt } from 'node:crypto';

/** One promise under one fault. A scenario starts what it needs, closes it, and throws when the promise is broken. */
export interface Scenario {
  name: string;
  /** Gives one line with what was done, for the record of the run. */
  run(options: ScenarioOptions): Promise<string>;
}

export interface ScenarioOptions {
  /** The same seed makes the same run, as far as the machine allows. */
  seed: number;
  /** How many rounds, or images; each scenario has a number of its own for a full run. */
  count?: number;
  /** `performance.now()` after which no new round begins. */
  deadline?: number;
}

/** A seed of its own for each run of the tests, or the one in FAULTS_SEED: what failed can be run again. */
export function testSeed(): number {
  const seed = Number(process.env.FAULTS_SEED ?? randomInt(1_000_000));
  process.stdout.write(`faults: seed ${seed}; FAULTS_SEED=${seed} runs them so again\n`);
  return seed;
}

/** Runs rounds under seeds that follow each other until there are enough, or no time is left. Gives how many it were. */
export async function eachRound(options: ScenarioOptions, full: number, round: (seed: number) => Promise<void>): Promise<number> {
  const { seed, count = full, deadline = Number.POSITIVE_INFINITY } = options;
  let done = 0;
  while (done < count && (done === 0 || performance.now() < deadline)) {
    await round(seed + done);
    done += 1;
  }
  return done;
}
