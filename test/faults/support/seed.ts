/** Chance that can be had again: one number decides everything that a run draws. */
export interface Random {
  /** From 0 up to 1. */
  next(): number;
  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number;
  pick<T>(list: readonly T[]): T;
  /** A chance of its own, so that one part's draws do not move another's. */
  fork(): Random;
}

/** Mulberry32: 32 bits of state, evenly spread, the same on every machine. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const random: Random = {
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
    whole: (from, to) => from + Math.floor(random.next() * (to - from + 1)),
    pick<T>(list: readonly T[]): T {
      const [first, ...rest] = list;
      if (first === undefined) throw new Error('nothing to pick from');
      return [first, ...rest][random.whole(0, rest.length)] ?? first;
    },
    fork: () => seeded(Math.floor(random.next() * 2 ** 32)),
  };
  return random;
}

/** The seed of this run: what was asked for, or a new one. */
export function chooseSeed(asked = process.env.FAULTS_SEED): number {
  const seed = asked === undefined || asked === '' ? Math.floor(Math.random() * 2 ** 31) : Number(asked);
  if (!Number.isSafeInteger(seed)) throw new Error(`a seed is a whole number, not "${asked}"`);
  return seed;
}

/** The seed of a test file, printed once, so that what it draws can be drawn again. */
export function announceSeed(what: string): number {
  const seed = chooseSeed();
  process.stderr.write(`${what}: seed ${seed} (again with FAULTS_SEED=${seed})\n`);
  return seed;
}
