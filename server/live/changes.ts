import { SECOND } from '../../shared/limits.ts';

/** A change waits this long for others of the same act. */
const SOON = 15;
/** One conversation is told again at most this often: readers get its state, not its history. */
const REST = SECOND / 2;
/** What could not be told because the store did not answer is tried again after this. */
const AGAIN = 2 * SECOND;

/**
 * Gathers which conversations changed, and tells them in batches: a quiet one at once, a busy one twice a second.
 * What it costs to keep readers current does not grow with the messages.
 */
export class Changes {
  readonly #tell: (ids: string[]) => Promise<boolean>;
  /** When each is due, and when each was last told. */
  readonly #due = new Map<string, number>();
  readonly #told = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  /** `tell` gives false when it could not, and is asked again. */
  constructor(tell: (ids: string[]) => Promise<boolean>) {
    this.#tell = tell;
  }

  note(id: string, delay = SOON): void {
    if (this.#closed || this.#due.has(id)) return;
    const now = performance.now();
    this.#due.set(id, Math.max(now + delay, (this.#told.get(id) ?? 0) + REST));
    this.#timer ??= setTimeout(this.#flush, SOON).unref();
  }

  close(): void {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#due.clear();
  }

  readonly #flush = (): void => {
    const now = performance.now();
    this.#timer = null;
    const ids = [...this.#due].filter(([, due]) => due <= now + 1).map(([id]) => id);
    for (const [id, at] of this.#told) {
      // The oldest come first.
      if (at > now - REST) break;
      this.#told.delete(id);
    }
    for (const id of ids) {
      this.#due.delete(id);
      this.#told.delete(id);
      this.#told.set(id, now);
    }
    if (ids.length > 0) void this.#tellOrAgain(ids);
    if (this.#due.size > 0) this.#timer ??= setTimeout(this.#flush, SOON).unref();
  };

  /** Readers who stay connected would never hear of it otherwise: nothing makes them ask. */
  async #tellOrAgain(ids: string[]): Promise<void> {
    if (!(await this.#tell(ids))) for (const id of ids) this.note(id, AGAIN);
  }
}
