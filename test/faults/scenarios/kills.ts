import { waitFor } from '../../support/wait-for.ts';
import { type Arena, openArena } from '../support/arena.ts';
import { openStoreOf } from '../support/readers.ts';
import { KILL_POINTS, type KillPoint, type RelayProcess } from '../support/relay-process.ts';
import type { VisitorTab } from '../support/visitor-tab.ts';
import { inRounds, moment, type Outcome, type Plan, require, writeWithoutEnd } from './scenario.ts';

/** SIGKILL under load at a random moment: nothing acknowledged is lost, nothing doubled, everybody comes back. */
export async function killedAtRandom(plan: Plan): Promise<Outcome> {
  const arena = await openArena(plan);
  try {
    const tabs = await several(arena, 4);
    const desk = await arena.agent();
    for (const { conversationId } of tabs) await desk.open(conversationId);
    let verdict = await arena.finish('before the first kill');
    let inDoubt = 0;
    const rounds = await inRounds(plan, async (round) => {
      const { stored } = verdict;
      const stop = writeWithoutEnd(arena, tabs, `round ${round}`);
      try {
        await moment(arena.random.whole(5, 150));
        await arena.relay.kill();
        const waiting = tabs.filter((tab) => tab.waiting().length > 0).length;
        inDoubt += waiting;
        await arena.relay.start();
        // Some go on writing while the others come back.
        await moment(arena.random.whole(0, 50));
      } finally {
        stop();
      }
      verdict = await arena.finish('killed at random');
      require(verdict.stored > stored, 'nothing was written in this round');
    });
    return { rounds, figures: { messages: verdict.stored, acknowledged: verdict.ok, 'in doubt at a kill': inDoubt } };
  } finally {
    await arena.close();
  }
}

/** What a death at each point leaves in the store of the message that was on its way. */
const IS_STORED: Record<KillPoint, boolean> = { 'work-done': false, 'at-commit': false, committed: true, emitted: true };

/** SIGKILL at named points: the one message on its way is stored or not as the point says, and in the end once. */
export async function killedAtPoints(plan: Plan): Promise<Outcome> {
  const arena = await openArena(plan);
  try {
    const tab = await arena.visitor();
    const other = await arena.visitor();
    const desk = await arena.agent();
    await desk.open(other.conversationId);
    await desk.open(tab.conversationId);
    await arena.finish('before the first kill');
    let seenFirst = 0;
    const rounds = await inRounds(plan, async (round) => {
      const point = KILL_POINTS[(round - 1) % KILL_POINTS.length] ?? 'emitted';
      await arena.relay.dieAt(point);
      const id = tab.send(`round ${round}, ${point}`);
      await arena.relay.gone();
      const stored = await isStored(arena.relay, id);
      require(stored === IS_STORED[point], `killed at ${point}, the message is ${stored ? '' : 'not '}stored`);
      // Told with the others, the sender has the message without the answer.
      const told = !tab.waiting().some((line) => line.id === id);
      require(!told || point === 'emitted', `killed at ${point}, the sender was told that it is stored`);
      if (desk.stored(tab.conversationId).some((message) => message.id === id)) seenFirst += 1;
      await arena.relay.start();
      await arena.finish(`killed at ${point}`);

      // The same point once more, with others in the same commit.
      await arena.relay.dieAt(point, arena.random.whole(0, 20));
      const stop = writeWithoutEnd(arena, [tab, other], `round ${round}, ${point}`);
      await arena.relay.gone();
      stop();
      await arena.relay.start();
      await arena.finish(`killed at ${point} under load`);
    });
    if (rounds >= KILL_POINTS.length) require(seenFirst > 0, 'no agent ever saw a message before its sender was told');
    return { rounds, figures: { kills: 2 * rounds, 'seen before acknowledged': seenFirst } };
  } finally {
    await arena.close();
  }
}

async function several(arena: Arena, count: number): Promise<VisitorTab[]> {
  const tabs: VisitorTab[] = [];
  while (tabs.length < count) tabs.push(await arena.visitor());
  return tabs;
}

async function isStored(relay: RelayProcess, id: string): Promise<boolean> {
  const store = await openStoreOf(relay);
  try {
    for (const row of await store.conversations()) {
      for (const message of (await store.read(row)).messages) if (message.id === id) return true;
    }
    return false;
  } finally {
    await store.close();
  }
}

/** SIGTERM under load: what was begun is finished, the process ends in time, and the clients come back to the next. */
export async function terminated(plan: Plan): Promise<Outcome> {
  const arena = await openArena(plan);
  try {
    const tabs = await several(arena, 4);
    const desk = await arena.agent();
    for (const { conversationId } of tabs) await desk.open(conversationId);
    await arena.finish('before the first stop');
    let slowest = 0;
    let messages = 0;
    const rounds = await inRounds(plan, async (round) => {
      const before = arena.history.id.length;
      const stop = writeWithoutEnd(arena, tabs, `round ${round}`);
      await waitFor(() => arena.history.id.length > before + 20, 'some load');
      await moment(arena.random.whole(0, 60));
      const { status, milliseconds } = await arena.relay.terminate();
      require(status === 0, `SIGTERM ended the relay with ${status}`);
      require(milliseconds < 10_000, `SIGTERM took ${Math.round(milliseconds)} ms`);
      slowest = Math.max(slowest, milliseconds);
      await arena.relay.start();
      stop();
      messages = (await arena.finish('terminated')).stored;
    });
    return { rounds, figures: { messages, 'slowest end in ms': Math.round(slowest) } };
  } finally {
    await arena.close();
  }
}
