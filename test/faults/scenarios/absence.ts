import { PAGE_SIZE } from '../../../shared/limits.ts';
import { waitFor } from '../../support/wait-for.ts';
import { withPair } from './links.ts';
import { inRounds, type Outcome, type Plan, require } from './scenario.ts';

/**
 * The visitor, and then the agent, is away while more is written than any buffer or page holds; the way back is cut a
 * few times in the middle. The visitor comes back by the same page, or by a page load under the cookie.
 */
export function awayForLong(plan: Plan & { messages: number }): Promise<Outcome> {
  const { messages } = plan;
  return withPair(plan, async ({ arena, tab: first, desk }) => {
    let tab = first;
    const { conversationId } = tab;
    require(await tab.accept(), 'the cookie was not accepted');
    let cuts = 0;
    const rounds = await inRounds(plan, async (round) => {
      for (const away of [tab, desk]) {
        const proxy = arena.proxyOf(away);
        proxy.all((link) => link.reset());
        for (let count = 1; count <= messages; count++) {
          if (away === tab) desk.send(conversationId, `round ${round}, ${count} to the visitor who is away`);
          else tab.send(`round ${round}, ${count} to the agent who is away`);
        }
        const written = (): boolean =>
          away === tab
            ? desk.stored(conversationId).filter(({ body }) => body.startsWith(`round ${round},`)).length >= messages
            : tab.waiting().length === 0;
        await waitFor(written, `${messages} messages to be stored`, { timeoutMs: 60_000 });
        // The way back breaks off within the first pages.
        let left = 3;
        proxy.heal();
        proxy.all((link) => {
          if (left-- <= 0) return;
          cuts += 1;
          link.dieAfter('down', arena.random.whole(500, PAGE_SIZE * 300));
        });
        if (away === tab && round % 2 === 0) {
          const back = await arena.reload(tab);
          if (!back) throw new Error('the cookie brought nothing back');
          tab = back;
        }
        await arena.finish(`back after ${messages} messages`);
      }
    });
    return { rounds, figures: { 'messages missed at a time': messages, 'cuts on the way back': cuts } };
  });
}
