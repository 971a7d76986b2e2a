import { openArena } from '../support/arena.ts';
import { inRounds, type Outcome, type Plan, require } from './scenario.ts';

/** How often everybody reads: each reading compares everything from the first message on. */
const READ_EVERY = 10;

/**
 * Two tabs of one visitor under the cookie write at once, round after round, an agent with them; now and then a link
 * breaks with messages under way, or the browser doubles a tab with everything that is unsent in it.
 */
export async function twoTabs(plan: Plan): Promise<Outcome> {
  const arena = await openArena(plan);
  const { random } = arena;
  try {
    const one = await arena.visitor();
    require(await one.accept(), 'the cookie was not accepted');
    const other = await arena.anotherTab(one);
    const desk = await arena.agent();
    await desk.open(one.conversationId);
    let doubled = 0;
    const rounds = await inRounds(plan, async (round) => {
      const breaks = round % 4 === 0;
      if (breaks) for (const link of arena.proxyOf(random.pick([one, other])).links) link.dieAfter('up', random.whole(1, 600));
      for (let count = random.whole(1, 3); count > 0; count--) {
        one.send(`round ${round}, one, ${count}`);
        other.send(`round ${round}, other, ${count}`);
      }
      desk.send(one.conversationId, `round ${round}, agent`);
      if (round % READ_EVERY !== 0) return;
      await arena.finish('two tabs');

      // Both copies of a doubled tab send what was unsent, under the same ids.
      for (const link of arena.proxyOf(one).links) link.swallow('up');
      const ids = [one.send(`round ${round}, twice 1`), one.send(`round ${round}, twice 2`)];
      const copy = await arena.anotherTab(one, new Map(one.page.storage));
      doubled += copy.waiting().filter(({ id }) => ids.includes(id)).length;
      await arena.finish('a doubled tab');
      await arena.leave(copy);
    });
    const verdict = await arena.finish(`two tabs, seed ${plan.seed}`);
    if (rounds >= READ_EVERY) require(doubled > 0, 'no message ever waited in two tabs');
    return { rounds, figures: { messages: verdict.stored, 'waiting in two tabs at once': doubled } };
  } finally {
    await arena.close();
  }
}
