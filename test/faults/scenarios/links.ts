import { askAsVisitor, visitorSocket } from '../../support/sockets.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { AgentDesk } from '../support/agent-desk.ts';
import { type Arena, openArena } from '../support/arena.ts';
import type { Direction, Link } from '../support/proxy.ts';
import { type OpenStore, openStoreOf } from '../support/readers.ts';
import type { VisitorTab } from '../support/visitor-tab.ts';
import { inRounds, type Outcome, type Plan, require } from './scenario.ts';

/** A visitor and an agent in one conversation, and the store beside them. */
interface Pair {
  arena: Arena;
  tab: VisitorTab;
  desk: AgentDesk;
  store: OpenStore;
}

export async function withPair<T>(plan: Plan & { hurry?: number }, play: (pair: Pair) => Promise<T>): Promise<T> {
  const arena = await openArena(plan);
  const store = await openStoreOf(arena.relay);
  try {
    const tab = await arena.visitor();
    const desk = await arena.agent();
    await desk.open(tab.conversationId);
    await arena.finish('before the first fault');
    return await play({ arena, tab, desk, store });
  } finally {
    await store.close();
    await arena.close();
  }
}

/** The links that a client is on: one, or as many as long polling takes. */
function linksOf(arena: Arena, client: VisitorTab | AgentDesk): readonly Link[] {
  const { links } = arena.proxyOf(client);
  if (links.length === 0) throw new Error(`${client.name} has no link`);
  return links;
}
function died(links: readonly Link[]): boolean {
  return links.some(({ open }) => !open);
}

/** Everybody up to date, and every mark said: the next bytes are those of the next send. */
async function quiet({ arena, tab, desk, store }: Pair): Promise<void> {
  await waitFor(
    async () => {
      const row = (await store.conversations()).find(({ id }) => id === tab.conversationId);
      if (!row || !tab.isSettled(row.lastSeq) || !desk.isSettled(row.id, row.lastSeq)) return false;
      return row.visitorReadSeq === row.lastSeq && row.agentDeliveredSeq >= lastOf(tab, 'visitor');
    },
    'a quiet moment',
    { timeoutMs: 30_000 },
  );
  if (!arena.relay.alive) throw new Error('the relay is gone');
}
function lastOf(tab: VisitorTab, author: 'visitor' | 'agent'): number {
  return tab.stored().findLast((message) => message.author === author)?.seq ?? 0;
}

async function isStored({ store, tab }: Pair, id: string): Promise<boolean> {
  const row = (await store.conversations()).find((one) => one.id === tab.conversationId);
  const read = row && (await store.read(row));
  for (const message of read?.messages ?? []) if (message.id === id) return true;
  return false;
}

/** Every third send of either side is stored and its answer lost with the link: the same id again, one row, one seq. */
export function droppedAnswers(plan: Plan): Promise<Outcome> {
  return withPair(plan, async (pair) => {
    const { arena, tab, desk } = pair;
    let lost = 0;
    const rounds = await inRounds(plan, async (round) => {
      const client = round % 2 === 0 ? tab : desk;
      const drops = round % 3 === 0;
      if (drops) await quiet(pair);
      const links = drops ? linksOf(arena, client) : [];
      const { accepted } = arena.proxyOf(client);
      for (const link of links) link.dropReply(arena.random.pick(['cut', 'reset']));
      const id = client === tab ? tab.send(`round ${round}`) : desk.send(tab.conversationId, `round ${round}`);
      if (!drops || id === null) return;
      await waitFor(() => died(links), 'the link to die');
      const waits = client === tab ? tab.waiting().some((line) => line.id === id) : !isShown(desk, tab.conversationId, id);
      if (waits && (await isStored(pair, id))) lost += 1;
      await waitFor(() => arena.proxyOf(client).accepted > accepted, 'the next link', { timeoutMs: 30_000 });
    });
    if (rounds >= 12) require(lost > 0, 'no answer was ever lost after its message was stored');
    await sendBlindly(pair);
    const verdict = await arena.finish(`answers dropped, seed ${plan.seed}`);
    return { rounds, figures: { 'stored, and the answer lost': lost, messages: verdict.stored } };
  });
}

/**
 * The product's clients ask what they missed before they send again, and so seldom send what is stored. One that does
 * not ask is answered with what is stored, all the same.
 */
async function sendBlindly({ arena: { relay, history }, tab }: Pair): Promise<void> {
  const socket = await visitorSocket(relay, { auth: { session: tab.conversation.session() ?? '' } });
  try {
    for (const { id, body } of tab.stored().filter(({ author }) => author === 'visitor')) {
      const answer = await askAsVisitor(socket, 'message:send', { id, body });
      require(answer.ok, `what is stored was sent again and refused: ${answer.ok || answer.error}`);
      if (answer.ok) history.ok(id, answer.data.seq);
    }
  } finally {
    socket.close();
  }
}
function isShown(desk: AgentDesk, conversationId: string, id: string): boolean {
  return desk.stored(conversationId).some((message) => message.id === id);
}

const BODY = 'a message of one length, whatever happens';

/** Links die after N bytes of a send, or of what answers it, for every N up to the whole: stored once, or not and again. */
export function cutWithinFrames(plan: Plan & { direction: Direction }): Promise<Outcome> {
  const { direction } = plan;
  return withPair(plan, async (pair) => {
    const { arena, tab } = pair;
    const whole = await lengthOf(pair, direction);
    const count = Math.min(plan.rounds, whole);
    let storedFirst = 0;
    const rounds = await inRounds({ ...plan, rounds: count }, async (round) => {
      await quiet(pair);
      const bytes = Math.ceil((round * whole) / count);
      const links = linksOf(arena, tab);
      const { accepted } = arena.proxyOf(tab);
      for (const link of links) link.dieAfter(direction, bytes, arena.random.pick(['cut', 'reset']));
      const id = tab.send(BODY);
      await waitFor(() => died(links), `the link to die after ${bytes} bytes ${direction}`);
      // Until the next link stands, the message is there by the one that died, or not at all.
      const isNext = (): boolean => arena.proxyOf(tab).accepted > accepted;
      await waitFor(async () => (await isStored(pair, id)) || isNext(), 'the message, or the next link');
      if (!isNext()) storedFirst += 1;
      await waitFor(isNext, 'the next link', { timeoutMs: 30_000 });
      await waitFor(() => tab.waiting().length === 0, `the message that was cut after ${bytes} bytes ${direction}`, {
        timeoutMs: 30_000,
      });
    });
    const verdict = await arena.finish(`cut ${direction}, seed ${plan.seed}`);
    require(verdict.ok >= rounds, 'a message was not acknowledged in the end');
    return { rounds, figures: { 'bytes of the whole': whole, 'stored before it was sent again': storedFirst } };
  });
}

/** How many bytes a send is, or what comes back for it until it is acknowledged. */
async function lengthOf(pair: Pair, direction: Direction): Promise<number> {
  const { arena, tab } = pair;
  await quiet(pair);
  const links = linksOf(arena, tab);
  const down = (): number => links.reduce((sum, { passed }) => sum + passed.down, 0);
  const before = down();
  const id = tab.send(BODY);
  await quiet(pair);
  // The fact, the answer, and what the mark brings; the last part comes once or twice, as it happens.
  if (direction === 'down') return Math.floor((down() - before) * 0.6);
  // What a mark added to it is not counted: a frame with its mask, and the packet within.
  const packet = `42/visitor,10${JSON.stringify(['message:send', { id, body: BODY }])}`;
  return 2 + 2 + 4 + packet.length;
}

/** One direction of a link swallows everything while both sides write: noticed, replaced, and nothing lost. */
export function swallowed(plan: Plan & { direction: Direction; hurry?: number }): Promise<Outcome> {
  const { direction } = plan;
  return withPair(plan, async (pair) => {
    const { arena, tab, desk } = pair;
    const { conversationId } = tab;
    const slowest = { visitor: 0, agent: 0 };
    const rounds = await inRounds(plan, async (round) => {
      await quiet(pair);
      for (const link of [tab, desk].flatMap((client) => linksOf(arena, client))) link.swallow(direction);
      const began = performance.now();
      const sent = tab.send(`round ${round}, from the visitor`);
      const answered = desk.send(conversationId, `round ${round}, from the agent`);
      await Promise.all([
        waitFor(() => tab.stored().some(({ id }) => id === sent), 'the visitor to be heard', { timeoutMs: 30_000 }).then(() => {
          slowest.visitor = Math.max(slowest.visitor, performance.now() - began);
        }),
        waitFor(() => isShown(desk, conversationId, answered ?? ''), 'the agent to be heard', { timeoutMs: 30_000 }).then(() => {
          slowest.agent = Math.max(slowest.agent, performance.now() - began);
        }),
      ]);
      await arena.finish(`swallowed ${direction}`);
    });
    return {
      rounds,
      figures: { 'visitor heard after ms': Math.round(slowest.visitor), 'agent heard after ms': Math.round(slowest.agent) },
    };
  });
}

/** Nobody writes on a link whose one direction is dead, until the other side does: noticed by the ping, and caught up. */
export function deadWhileIdle(plan: Plan & { direction: Direction }): Promise<Outcome> {
  return withPair({ ...plan, hurry: 1 }, async (pair) => {
    const { arena, tab, desk } = pair;
    let slowest = 0;
    const rounds = await inRounds(plan, async (round) => {
      await quiet(pair);
      const links = linksOf(arena, tab);
      for (const link of links) link.swallow(plan.direction);
      const began = performance.now();
      desk.send(tab.conversationId, `round ${round}, to a visitor who hears nothing`);
      await waitFor(() => arena.proxyOf(tab).links.some((one) => !links.includes(one)), 'a new link', { timeoutMs: 60_000 });
      slowest = Math.max(slowest, performance.now() - began);
      await arena.finish(`idle and dead ${plan.direction}`);
    });
    return { rounds, figures: { 'noticed after ms': Math.round(slowest) } };
  });
}
