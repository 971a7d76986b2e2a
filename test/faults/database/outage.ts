import { SECOND } from '../../../shared/limits.ts';
import { waitFor } from '../../support/wait-for.ts';
import { eachRound, type ScenarioOptions } from '../scenario.ts';
import type { Attempt, Crowd } from './crowd.ts';

/** Whoever sends has an answer within this, whatever has become of the database. */
const ANSWER_WITHIN = 5 * SECOND;
/** After the database is back, everybody's message is kept within this. */
const HEAL_WITHIN = 5 * SECOND;
/** A fault lasts until everybody was refused this often: the second refusal shows that waiting does not add up. */
const REFUSALS = 2;

export interface Outage {
  begin(): void | Promise<void>;
  end(): void | Promise<void>;
  /** What else holds while the database is away, once everybody has heard so. */
  meanwhile?(): Promise<void>;
}

/** The longest that anybody waited for an answer, and until everybody was heard again. */
export interface Endured {
  slowest: number;
  back: number;
}

/**
 * Takes the database away from a crowd that goes on writing, until each of them was refused, and gives it back.
 * @throws what was not as promised: an answer that came late or said something else, a message that did not go out.
 */
export async function endure(crowd: Crowd, outage: Outage): Promise<Endured> {
  const { people } = crowd;
  const everybody = (since: number, times: number, which: (attempt: Attempt) => boolean): boolean =>
    people.every((who) => crowd.attempts.filter((one) => one.who === who && one.began >= since && which(one)).length >= times);
  const isKept = ({ outcome }: Attempt): boolean => outcome === 'ok';
  await waitFor(() => everybody(0, 3, isKept), 'everybody to be heard', { timeoutMs: 20 * SECOND });
  await outage.begin();
  const from = performance.now();
  await waitFor(() => everybody(from, REFUSALS, (one) => !isKept(one)), 'everybody to be refused', { timeoutMs: 30 * SECOND });
  await outage.meanwhile?.();
  await outage.end();
  const to = performance.now();
  await waitFor(() => everybody(to - ANSWER_WITHIN, 1, (one) => isKept(one) && one.ended > to), 'everybody to be heard again', {
    timeoutMs: 20 * SECOND,
  });
  const seen = crowd.attempts.filter(({ ended }) => ended > from);
  const faults = seen.flatMap((one) => faultOf(one));
  for (const who of people) {
    const healed = seen.find((one) => one.who === who && isKept(one) && one.ended > to);
    if (healed && healed.ended - to > HEAL_WITHIN) faults.push(`${who} is heard again ${ms(healed.ended - to)} after the return`);
  }
  faults.push(...crowd.cut.map((who) => `${who} lost the connection`));
  if (faults.length > 0) throw new Error(faults.join('\n'));
  const slowest = Math.max(...seen.map(({ began, ended }) => ended - began));
  const back =
    Math.max(...people.map((who) => seen.find((one) => one.who === who && isKept(one) && one.ended > to)?.ended ?? 0)) - to;
  return { slowest, back };
}

/** Outages one after the other, in one line: how many, and the worst of each figure. */
export async function endureAll(options: ScenarioOptions, full: number, one: () => Promise<Endured>): Promise<string> {
  const all: Endured[] = [];
  const rounds = await eachRound(options, full, async () => {
    all.push(await one());
  });
  const [slowest, back] = [Math.max(...all.map((one) => one.slowest)), Math.max(...all.map((one) => one.back))];
  return `${rounds} outages: slowest answer ${ms(slowest)}, everybody heard again within ${ms(back)} of the return`;
}

function faultOf({ who, began, ended, outcome, retryAfterSeconds }: Attempt): string[] {
  const faults: string[] = [];
  if (ended - began > ANSWER_WITHIN) faults.push(`${who} waited ${ms(ended - began)} for ${outcome}`);
  if (outcome !== 'ok' && outcome !== 'unavailable') faults.push(`${who} was told ${outcome}`);
  if (outcome === 'unavailable' && retryAfterSeconds === null) faults.push(`${who} was not told when to try again`);
  return faults;
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}
