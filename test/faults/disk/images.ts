import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judge } from './judge.ts';
import { toldIn } from './order.ts';
import { Disk, SURVIVALS, type Survival } from './power-cut.ts';
import { type Random, seeded } from './random.ts';
import type { Recording } from './record.ts';

export interface ImagesReport {
  images: number;
  /** Different moments that were cut at, and the most that was told before one of them. */
  syncs: number;
  told: number;
  /** Images that were looked at with something written and not synced. */
  unsynced: number;
  /** What is wrong, each with the image that shows it. */
  faults: string[];
}

/**
 * Cuts the power at moments spread over the run and judges what is left. What came after the last sync survives in
 * part, as the seed has it.
 */
export async function cutPower(recording: Recording, seed: number, count: number): Promise<ImagesReport> {
  const { acts, history, root, data } = recording;
  const random = seeded(seed);
  const told = toldIn(acts, history);
  const syncs = acts.flatMap((act, at) => (act.kind === 'sync' ? [at] : []));
  const report: ImagesReport = { images: 0, syncs: syncs.length, told: 0, unsynced: 0, faults: [] };
  const disk = new Disk(root);
  let done = 0;
  const folder = mkdtempSync(join(tmpdir(), 'parley-cut-'));
  try {
    for (const [image, at] of moments(syncs, told[0]?.at ?? acts.length, acts.length, count, random).entries()) {
      for (; done < at; done++) {
        const act = acts[done];
        if (act && !isShared(act)) disk.apply(act);
      }
      const survival: Survival = SURVIVALS[random.below(SURVIVALS.length)] ?? 'none';
      const before = told.filter((one) => one.at < at).map(({ asked }) => asked);
      const into = join(folder, `${image}`);
      disk.cut(into, survival, random);
      const faults = await judge(join(into, data), before, history);
      report.faults.push(...faults.map((fault) => `image ${image}, cut before act ${at}, ${survival} survives: ${fault}`));
      report.images += 1;
      report.told = Math.max(report.told, before.length);
      if (disk.unsynced() > 0) report.unsynced += 1;
      rmSync(into, { recursive: true });
    }
    return report;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is wrong after the strictest cut right after the last thing was told: nothing survives that was not synced. */
export async function cutAfterLastWord({ acts, history, root, data }: Recording): Promise<string[]> {
  const told = toldIn(acts, history);
  const disk = new Disk(root);
  for (const act of acts.slice(0, told.at(-1)?.at)) if (!isShared(act)) disk.apply(act);
  const folder = mkdtempSync(join(tmpdir(), 'parley-cut-'));
  try {
    disk.cut(folder, 'none', seeded(0));
    return await judge(
      join(folder, data),
      told.map(({ asked }) => asked),
      history,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The shared-memory index and the lock mean nothing after a power cut: SQLite makes them anew. */
function isShared(act: Recording['acts'][number]): boolean {
  const file = 'file' in act ? act.file : 'path' in act ? act.path : '';
  return /-(shm|lock)$/.test(file);
}

/**
 * Moments in order. Each falls into a stretch between two syncs; its end, where most is unsynced, is likelier. One in
 * five is in the first start, where files get their names.
 */
function moments(syncs: readonly number[], born: number, end: number, count: number, random: Random): number[] {
  const first = syncs.filter((at) => at < born);
  return Array.from({ length: count }, (_, image) => {
    const among = image % 5 === 0 ? first : syncs;
    const stretch = Math.floor((image * (among.length + 1)) / count);
    const from = (among[stretch - 1] ?? -1) + 1;
    const to = among[stretch] ?? end;
    return random.chance(0.5) ? to : from + random.below(to - from + 1);
  }).sort((one, other) => one - other);
}
