import type { Lab, Profile } from './lab.ts';
import { type Vitals, vitalsOf } from './vitals.ts';

/** What the host's page is like with each chat on it, and with none: one list a chat, one entry a round. */
export type HostCost = Record<string, (Vitals | null)[]>;

/** The same page without a snippet a second time in each round: what the measurement makes of no difference at all. */
export const BARE = 'bare';
export const BARE_AGAIN = 'bare again';

/**
 * Loads the page with none, with ours and with each peer's in turn. The turn begins elsewhere in each round, so that no
 * one always comes first. Peers are left out after `peerRounds`.
 */
export async function measureHostCost(
  lab: Lab,
  options: { url(chat: string): string; peers: string[]; rounds: number; peerRounds: number; profile: Profile },
): Promise<HostCost> {
  const { rounds, peers, peerRounds } = options;
  const cost: HostCost = {};
  for (let round = 0; round < rounds; round += 1) {
    const all = [BARE, 'parley', BARE_AGAIN, ...(round < peerRounds ? peers : [])];
    const first = round % all.length;
    for (const chat of [...all.slice(first), ...all.slice(0, first)]) {
      const list = cost[chat] ?? [];
      cost[chat] = list;
      list[round] = await measureOnce(lab, options.url(chat === BARE_AGAIN ? BARE : chat), options.profile);
    }
  }
  return cost;
}

async function measureOnce(lab: Lab, url: string, profile: Profile): Promise<Vitals> {
  const visit = await lab.visit(profile);
  try {
    await visit.page.goto(url);
    await visit.settle();
    return await vitalsOf(visit.page);
  } finally {
    await visit.close();
  }
}
