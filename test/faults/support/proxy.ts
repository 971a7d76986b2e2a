import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';
import { seeded } from './seed.ts';

/** A TCP proxy that does to a link what networks do. Driven by code: what is asked holds at once. */

/** `up`: from the client to the relay. `down`: from the relay to the client. */
export type Direction = 'up' | 'down';
/** Whether a link ends in order (FIN) or not (RST). */
export type Death = 'cut' | 'reset';

export interface Link {
  readonly open: boolean;
  /** Bytes that were passed on, each way. */
  readonly passed: Readonly<Record<Direction, number>>;
  /** Both ends see an orderly end. */
  cut(): void;
  /** Both ends see a reset. */
  reset(): void;
  /** Bytes of these directions vanish, an end among them; the link stays open. */
  swallow(...directions: Direction[]): void;
  /** Every chunk comes later, by up to `jitter` more, and never before the one ahead of it. */
  delay(milliseconds: number, jitter?: number): void;
  /** Exactly so many more bytes pass in this direction; then the link dies. */
  dieAfter(direction: Direction, bytes: number, death?: Death): void;
  /** The next bytes up are passed on; what comes down after them is lost, and the link dies. */
  dropReply(death?: Death): void;
  /**
   * From now on everything passes. A link of which one end is gone ends at the other; one that swallowed bytes is reset,
   * because TCP brings every byte or none after it.
   */
  heal(): void;
}

export interface FaultProxy {
  readonly port: number;
  /** Links that stand. */
  readonly links: readonly Link[];
  /** How many links there ever were. */
  readonly accepted: number;
  leadTo(port: number): void;
  /** Does this to each link, those that stand and those to come, until `heal`. */
  all(act: (link: Link) => void): void;
  heal(): void;
  close(): Promise<void>;
}

const OTHER: Record<Direction, Direction> = { up: 'down', down: 'up' };

export async function openProxy(target: number, seed = 1): Promise<FaultProxy> {
  const random = seeded(seed);
  const links = new Set<ProxyLink>();
  const ends = new Set<Socket>();
  let port = target;
  let accepted = 0;
  let rules: ((link: Link) => void)[] = [];
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (client) => {
    accepted += 1;
    const relay = dial({ port, host: '127.0.0.1', allowHalfOpen: true });
    for (const end of [client, relay]) {
      ends.add(end);
      end.on('close', () => ends.delete(end));
    }
    const link = new ProxyLink(client, relay, random.next, () => links.delete(link));
    links.add(link);
    for (const rule of rules) rule(link);
    client.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get links() {
      return [...links];
    },
    get accepted() {
      return accepted;
    },
    leadTo(next) {
      port = next;
    },
    all(act) {
      rules.push(act);
      for (const link of [...links]) act(link);
    },
    heal() {
      rules = [];
      for (const link of [...links]) link.heal();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const link of [...links]) link.reset();
        for (const end of [...ends]) end.destroy();
      }),
  };
}

class ProxyLink implements Link {
  readonly passed = { up: 0, down: 0 };
  readonly #ends: Record<Direction, Socket>;
  readonly #gone: () => void;
  readonly #random: () => number;
  readonly #swallowed = new Set<Direction>();
  /** Bytes are gone that TCP would have sent again. */
  #lost = false;
  readonly #queues: Record<Direction, { due: number; chunk: Buffer | null }[]> = { up: [], down: [] };
  readonly #timers = new Map<Direction, NodeJS.Timeout>();
  #left: { direction: Direction; bytes: number; death: Death } | null = null;
  #reply: { death: Death; asked: boolean } | null = null;
  #wait = { base: 0, jitter: 0 };
  #closed = 0;
  #dead = false;

  constructor(client: Socket, relay: Socket, random: () => number, gone: () => void) {
    // The end that bytes of a direction come from.
    this.#ends = { up: client, down: relay };
    this.#random = random;
    this.#gone = gone;
    this.#listen('up');
    this.#listen('down');
  }

  get open(): boolean {
    return !this.#dead;
  }

  cut(): void {
    this.#die('cut');
  }
  reset(): void {
    this.#die('reset');
  }
  swallow(...directions: Direction[]): void {
    for (const direction of directions) this.#swallowed.add(direction);
  }
  delay(milliseconds: number, jitter = 0): void {
    this.#wait = { base: milliseconds, jitter };
  }
  dieAfter(direction: Direction, bytes: number, death: Death = 'cut'): void {
    this.#left = { direction, bytes, death };
    if (bytes <= 0) this.#die(death);
  }
  dropReply(death: Death = 'cut'): void {
    this.#reply = { death, asked: false };
  }
  heal(): void {
    if (this.#lost) this.#die('reset');
    this.#swallowed.clear();
    this.#left = null;
    this.#reply = null;
    this.#wait = { base: 0, jitter: 0 };
    for (const direction of ['up', 'down'] as const) {
      const { readableEnded, destroyed } = this.#ends[direction];
      if (readableEnded || destroyed) this.#die('reset');
    }
  }

  #listen(direction: Direction): void {
    const from = this.#ends[direction];
    from.setNoDelay(true);
    from.on('data', (chunk: Buffer) => this.#take(direction, chunk));
    from.on('end', () => this.#take(direction, null));
    from.on('error', () => {
      // A reset is passed on as one, unless it vanishes like everything else of its direction.
      if (!this.#swallowed.has(direction)) this.#die('reset');
    });
    from.on('close', () => {
      this.#closed += 1;
      if (this.#closed === 2) this.#bury();
    });
  }

  /** Null is the orderly end of a direction. */
  #take(direction: Direction, chunk: Buffer | null): void {
    if (this.#swallowed.has(direction)) this.#lost ||= chunk !== null;
    if (this.#dead || this.#swallowed.has(direction)) return;
    const { base, jitter } = this.#wait;
    const queue = this.#queues[direction];
    if (base + jitter === 0 && queue.length === 0) {
      this.#pass(direction, chunk);
      return;
    }
    const due = performance.now() + base + this.#random() * jitter;
    queue.push({ due: Math.max(due, queue.at(-1)?.due ?? 0), chunk });
    if (!this.#timers.has(direction)) this.#pump(direction);
  }
  #pump(direction: Direction): void {
    this.#timers.delete(direction);
    const queue = this.#queues[direction];
    for (let next = queue[0]; next; next = queue[0]) {
      const wait = next.due - performance.now();
      if (wait > 0) {
        this.#timers.set(
          direction,
          setTimeout(() => this.#pump(direction), Math.ceil(wait)),
        );
        return;
      }
      queue.shift();
      if (this.#swallowed.has(direction)) this.#lost ||= next.chunk !== null;
      else this.#pass(direction, next.chunk);
    }
  }

  #pass(direction: Direction, chunk: Buffer | null): void {
    if (this.#dead) return;
    const to = this.#ends[OTHER[direction]];
    if (chunk === null) {
      to.end();
      return;
    }
    if (this.#reply && direction === 'up') this.#reply.asked = true;
    if (this.#reply?.asked && direction === 'down') {
      this.#die(this.#reply.death);
      return;
    }
    const left = this.#left?.direction === direction ? this.#left : null;
    const piece = left && left.bytes < chunk.length ? chunk.subarray(0, left.bytes) : chunk;
    this.passed[direction] += piece.length;
    const from = this.#ends[direction];
    if (!to.write(piece)) {
      from.pause();
      to.once('drain', () => from.resume());
    }
    if (!left) return;
    left.bytes -= piece.length;
    if (left.bytes === 0) this.#die(left.death);
  }

  #die(death: Death): void {
    if (this.#dead) return;
    this.#dead = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const end of Object.values(this.#ends)) {
      if (end.destroyed) continue;
      if (death === 'reset') end.resetAndDestroy();
      else {
        // What still comes is read and thrown away: closing over unread bytes would be a reset.
        end.resume();
        end.end();
        end.once('end', () => end.destroy());
      }
    }
    this.#bury();
  }
  #bury(): void {
    this.#dead = true;
    this.#gone();
  }
}
