import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { figureOf } from './support/figures.ts';
import { loadNow, thisMachine } from './support/machine.ts';
import { judge } from './support/widget/bars.ts';
import { beforeClick } from './support/widget/before-click.ts';
import { startBuiltRelay } from './support/widget/built-relay.ts';
import { measureHostCost } from './support/widget/host-cost.ts';
import { type Journey, takeJourney } from './support/widget/journey.ts';
import { FULL_SPEED, type Lab, openLab, type Profile, SLOW_PHONE } from './support/widget/lab.ts';
import { type LoaderTime, traceLoader } from './support/widget/loader-trace.ts';
import { type FetchedPeers, fetchPeers, NO_PEERS } from './support/widget/peers.ts';
import { type Results, report } from './support/widget/report.ts';
import { openShop, type Shop } from './support/widget/shop.ts';

/**
 * What the widget costs a visitor and a page: `npm run bench:widget -- [--rounds N] [--quick] [--json FILE]`.
 * Ends with 1 when a bar of bytes is missed, with 2 when it could not measure. docs/benchmarks.md says what the figures mean.
 */
const { values } = parseArgs({
  options: { rounds: { type: 'string' }, quick: { type: 'boolean', default: false }, json: { type: 'string' } },
});
const rounds = Number(values.rounds ?? (values.quick ? 2 : 7));
/** Peers are heavy and their cost is plain: a few rounds show it. */
const peerRounds = Math.min(rounds, 3);

const closers: (() => unknown)[] = [];
try {
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number from 1');
  process.exitCode = await main();
} catch (error) {
  console.error(error);
  process.exitCode = 2;
} finally {
  for (const close of closers.reverse()) await close();
}

async function main(): Promise<number> {
  const peers = values.quick ? NO_PEERS : await fetchPeers();
  closers.push(peers.remove);
  const shop = await openShop(peers.found);
  closers.push(shop.close);
  const relay = await startBuiltRelay(shop.origin);
  closers.push(relay.close);
  shop.embed(relay.origin);
  const lab = await openLab();
  closers.push(lab.close);
  const results = await measure(lab, shop, relay.origin, peers);
  console.log(report(results));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
  return results.bars.some(({ ofBytes, holds }) => ofBytes && !holds) ? 1 : 0;
}

async function measure(lab: Lab, shop: Shop, relay: string, peers: FetchedPeers): Promise<Results> {
  const machine = thisMachine(lab.version);
  const url = shop.url('parley');
  const names = peers.found.map(({ peer }) => peer.name);

  tell('warming up: every file once, so that it is compressed');
  await takeJourney(lab, url, relay, FULL_SPEED);
  for (const name of names) await beforeClick(lab, shop.url(name), shop.origin);

  tell('before the click');
  const others = peers.found.map(({ peer: { name, title, remark = '' } }) => ({ name, title, remark }));
  const chats = [{ name: 'parley', title: 'Parley', remark: '' }, ...others];
  const before: Results['before'] = [];
  for (const chat of chats) before.push({ ...chat, found: await beforeClick(lab, shop.url(chat.name), shop.origin) });

  const journeys = new Map<Profile, Journey[]>([
    [FULL_SPEED, []],
    [SLOW_PHONE, []],
  ]);
  const traces: LoaderTime[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    tell(`journeys, round ${round} of ${rounds}`);
    for (const [profile, list] of journeys) list.push(await takeJourney(lab, url, relay, profile));
    traces.push(await traceLoader(lab, url, `${relay}/s/demo.js`, SLOW_PHONE));
  }
  mustBeSlowedDown(journeys.get(FULL_SPEED) ?? [], journeys.get(SLOW_PHONE) ?? []);

  tell("the host's page with and without");
  const hostCost = await measureHostCost(lab, { url: shop.url, peers: names, rounds, peerRounds, profile: SLOW_PHONE });
  const all = [...journeys.values()].flat();
  const ours = before[0]?.found;
  if (!ours) throw new Error('nothing was measured before the click');
  return {
    machine,
    loadAtEnd: loadNow(),
    rounds,
    profiles: [...journeys].map(([profile, list]) => ({ name: profile.name, journeys: list })),
    traces,
    hostCost,
    before,
    missingPeers: peers.missing,
    bars: judge({ journeys: all, before: ours, traces, hostCost }),
  };
}

/** Figures of a visit that was not slow, or not cold, would be wrong without looking so. */
function mustBeSlowedDown(fast: Journey[], slow: Journey[]): void {
  const middle = (list: Journey[], where: 'page' | 'frame'): number => figureOf(list.map(({ loop }) => loop[where])).median;
  for (const where of ['page', 'frame'] as const) {
    const times = middle(slow, where) / middle(fast, where);
    if (times < 2) throw new Error(`the ${where} ran ${times.toFixed(1)} × slower where 4 × was asked for`);
  }
  const delay = SLOW_PHONE.link?.latencyMs ?? 0;
  const early = slow.filter(({ frameFirstByte }) => frameFirstByte < delay * 0.9);
  if (early.length > 0) throw new Error("the link's delay did not reach the frame's own requests");
  if ([...fast, ...slow].some(({ cached }) => cached > 0)) throw new Error('a visit was answered from a cache');
}

function tell(what: string): void {
  console.error(`· ${what}`);
}
