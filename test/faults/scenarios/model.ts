import type { AsyncCommand } from 'fast-check';
import type { AgentDesk } from '../support/agent-desk.ts';
import type { Arena } from '../support/arena.ts';
import { Violation } from '../support/judge.ts';
import type { Death, Direction } from '../support/proxy.ts';
import type { KillPoint } from '../support/relay-process.ts';
import type { VisitorTab } from '../support/visitor-tab.ts';
import { moment } from './scenario.ts';

/**
 * What people may rely on, in a few lines. What was written on a page that lives, or whose unsent messages the cookie
 * keeps, is stored in the end, once. What waited on a page that went without that, or when the chat ended, may be.
 */
export class Model {
  tabs = 1;
  kept = false;
  over = false;
  /** The visitor ended the chat and heard no answer: what is written then may be stored or not. */
  perhapsOver = false;
  readonly owed = new Set<string>();
  readonly perhaps = new Set<string>();

  writes(body: string): void {
    (this.perhapsOver ? this.perhaps : this.owed).add(body);
  }
  mayLose(bodies: Iterable<string>): void {
    for (const body of bodies) if (this.owed.delete(body)) this.perhaps.add(body);
  }
  /** @throws Violation */
  compare(stored: readonly string[]): void {
    const there = new Set(stored);
    const missing = [...this.owed].filter((body) => !there.has(body));
    const strange = stored.filter((body) => !this.owed.has(body) && !this.perhaps.has(body));
    if (missing.length > 0) throw new Violation(`written on a page that lives, and not stored: ${missing.join(', ')}`);
    if (strange.length > 0) throw new Violation(`stored, and never written: ${strange.join(', ')}`);
  }
}

/** The real thing: a relay, a visitor with one tab or more, and an agent. */
export interface Real {
  arena: Arena;
  tabs: VisitorTab[];
  desk: AgentDesk;
  written: number;
  steps: number;
}

/** Which client: a tab by its number, or the agent. */
export type Who = number | 'agent';
type How = Death | 'drop the answer' | { swallow: Direction } | { dieAfter: number; direction: Direction } | { delay: number };

type Step = AsyncCommand<Model, Real>;

/** One thing that may happen while the chat is on; `when` says whether it may happen now. */
function step(
  words: string,
  run: (model: Model, real: Real) => Promise<unknown>,
  when: (model: Readonly<Model>) => boolean = () => true,
): Step {
  return {
    check: (model) => !model.over && when(model),
    run: async (model, real) => {
      real.steps += 1;
      await run(model, real);
    },
    toString: () => words,
  };
}

function tabOf({ tabs }: Real, number: number): VisitorTab {
  const tab = tabs[number % tabs.length];
  if (!tab) throw new Error('no tab');
  return tab;
}
const clientOf = (real: Real, who: Who): VisitorTab | AgentDesk => (who === 'agent' ? real.desk : tabOf(real, who));
const waitingAt = (tab: VisitorTab): string[] => tab.waiting().map(({ body }) => body);

function waitingAtDesk({ desk, tabs: [tab] }: Real): string[] {
  const talk = tab && desk.opened.get(tab.conversationId);
  return (talk?.messages.peek() ?? []).filter(({ seq }) => seq === null).map(({ body }) => body);
}

export const write = (who: Who, count: number): Step =>
  step(`${who} writes ${count}`, async (model, real) => {
    for (let left = count; left > 0; left--) {
      real.written += 1;
      const body = `${who} ${real.written}`;
      const { conversationId } = tabOf(real, 0);
      const taken = who === 'agent' ? real.desk.send(conversationId, body) : tabOf(real, who).send(body);
      if (taken !== null) model.writes(body);
    }
  });

/** Something happens to the link that a client is on. */
export const hurt = (who: Who, how: How): Step =>
  step(`link of ${who}: ${JSON.stringify(how)}`, async (_model, real) => {
    for (const link of real.arena.proxyOf(clientOf(real, who)).links) {
      if (how === 'cut') link.cut();
      else if (how === 'reset') link.reset();
      else if (how === 'drop the answer') link.dropReply();
      else if ('swallow' in how) link.swallow(how.swallow);
      else if ('delay' in how) link.delay(how.delay, how.delay);
      else link.dieAfter(how.direction, how.dieAfter);
    }
  });

export const pause = (milliseconds: number): Step => step(`${milliseconds} ms pass`, () => moment(milliseconds));

export const accept = step(
  'the cookie is accepted',
  async (model, real) => {
    // The relay may not be heard: then the question stands, and is answered again or not.
    model.kept = await tabOf(real, 0).accept();
  },
  ({ kept }) => !kept,
);

export const openTab = step(
  'another tab is opened',
  async (model, real) => {
    real.tabs.push(await real.arena.anotherTab(tabOf(real, 0)));
    model.tabs += 1;
  },
  ({ kept, tabs }) => kept && tabs < 3,
);

export const closeTab = step(
  'the last tab is closed',
  async (model, real) => {
    const tab = real.tabs.pop();
    if (!tab) throw new Error('no tab');
    model.mayLose(waitingAt(tab));
    model.tabs -= 1;
    await real.arena.leave(tab);
  },
  ({ tabs }) => tabs > 1,
);

export const reload = (number: number): Step =>
  step(`tab ${number} is loaded anew`, async (model, real) => {
    const tab = tabOf(real, number);
    // What waits is kept where the page says so; elsewhere it ends with the page, and the browser warns.
    if (!tab.conversation.isSafe()) model.mayLose(waitingAt(tab));
    const back = await real.arena.reload(tab);
    if (back) real.tabs[real.tabs.indexOf(tab)] = back;
    else if (model.kept) throw new Violation('the cookie brought nothing back');
    else model.over = true;
  });

export const kill = (point: KillPoint | 'now'): Step =>
  step(`the relay is killed ${point === 'now' ? point : `if within a second it comes to ${point}`}`, async (_model, real) => {
    const { relay } = real.arena;
    if (point !== 'now') {
      await relay.dieAt(point);
      await Promise.race([relay.gone(), moment(1000)]);
    }
    await relay.kill();
    await relay.start();
  });

export const end = step('the visitor ends the chat', async (model, real) => {
  model.mayLose([...real.tabs.flatMap(waitingAt), ...waitingAtDesk(real)]);
  // Unheard, nothing has ended: the button is still there.
  model.over = await tabOf(real, 0).end();
  model.perhapsOver = true;
});
