import { expect, it } from 'vitest';
import { ratioOf } from '../bench/support/figures.ts';
import { runRound, SHORT_PLAN } from '../bench/support/rounds.ts';
import { BASELINE, ON_SQLITE } from '../bench/support/variants.ts';

/** The bar itself is 0.5 and is judged by `npm run bench`; this one only sees that nothing has gone badly wrong. */
const ALARM = 0.35;

it('the promises cost a bounded share: work per processor second beside a bare Socket.IO relay', async () => {
  const [bare, ours]: [number[], number[]] = [[], []];
  for (let round = 0; round < 3; round++) {
    bare.push((await runRound(BASELINE, SHORT_PLAN)).perCpuSecond);
    ours.push((await runRound(ON_SQLITE, SHORT_PLAN)).perCpuSecond);
  }
  const ratio = ratioOf(ours, bare);
  expect(ratio.median, `${ours.map(Math.round)} of ${bare.map(Math.round)}`).toBeGreaterThanOrEqual(ALARM);
});
