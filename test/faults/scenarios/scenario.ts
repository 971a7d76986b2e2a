import type { Arena } from '../support/arena.ts';
import { Violation } from '../support/judge.ts';
import type { VisitorTab } from '../support/visitor-tab.ts';

/** How much of a scenario is played. */
export interface Plan {
  rounds: number;
  seed: number;
  /** On the clock of `performance.now()`: no round begins after it. */
  deadline?: number;
  /** PostgreSQL instead of a file, where a scenario cares. */
  databaseUrl?: string;
}

export interface Outcome {
  /** Rounds that were played to their end. */
  rounds: number;
  figures: Record<string, number | string>;
}

/** Plays rounds until there are enough, or no time is left. Gives how many. */
export async function inRounds(plan: Plan, play: (round: number) => Promise<void>): Promise<number> {
  const { rounds, deadline = Number.POSITIVE_INFINITY } = plan;
  for (let round = 1; round <= rounds; round++) {
    if (performance.now() > deadline) return round - 1;
    try {
      await play(round);
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      throw new Violation(`round ${round}, seed ${plan.seed}: ${what}`, { cause: error });
    }
  }
  return rounds;
}

/** A promise that is not the judge's. */
export function require(holds: boolean, promise: string): void {
  if (!holds) throw new Violation(promise);
}

/** Lets this much time go by: what happens meanwhile is the point, and the seed has drawn how long. */
export function moment(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Everybody writes, with a few messages under way each, until told to stop. Gives how to stop. */
export function writeWithoutEnd(arena: Arena, tabs: readonly VisitorTab[], label: string): () => void {
  let written = 0;
  let stopped = false;
  const write = (): void => {
    if (stopped) return;
    for (const tab of tabs) {
      if (tab.waiting().length < 3) tab.send(`${label}, ${tab.name}, ${++written}`);
    }
    for (const desk of arena.desks) {
      for (const [id, { messages }] of desk.opened) {
        const waiting = messages.peek().filter(({ seq }) => seq === null).length;
        if (waiting < 3) desk.send(id, `${label}, ${desk.name}, ${++written}`);
      }
    }
    setTimeout(write, 2);
  };
  write();
  return () => {
    stopped = true;
  };
}
