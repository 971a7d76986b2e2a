import { SECOND } from '../../shared/limits.ts';

/** A change waits this long for others of the same act. */
const SOON = 15;
/** One conversation is told again at most this often: readers get its state, not its history. */
const REST = SECOND / 2;
/** What could not be told because the store did not answer is tried again after this. */
const AGAIN = 2 * SECOND;
/** So many of the requests behind a batch are named when it fails. */
const NAMED_MAX = 20;

interface Due {
  at: number;
  requestIds: string[];
}

/**
 * Gathers which conversations changed, and tells them in batches: a quiet one at once, a busy one twice a second.
 * What it costs to keep readers current does not grow with the messages.
 */
export class Changes {
  readonly #tell: (ids: string[], requestIds: string[]) => Promise<boolean>;
  /** When each is due and because of which requests, and when each was last told. */
  readonly #due = new Map<string, Due>();
  readonly #told = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  /** `tell` gives false when it could not, and is asked again. */
  constructor(tell: (ids: string[], requestIds: string[]) => Promise<boolean>) {
    this.#tell = tell;
  }

  note(id: string, requestId?: string): void {
    const due = this.#due.get(id) ?? this.#add(id, SOON);
    if (requestId !== undefined && due.requestIds.length < NAMED_MAX) due.requestIds.push(requestId);
  }

  close(): void {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#due.clear();
  }

  #add(id: string, delay: number): Due {
    const due = { at: Math.max(performance.now() + delay, (this.#told.get(id) ?? 0) + REST), requestIds: [] };
    if (this.#closed) return due;
    this.#due.set(id, due);
    this.#timer ??= setTimeout(this.#flush, SOON).unref();
    return due;
  }

  readonly #flush = (): void => {
    const now = performance.now();
    this.#timer = null;
    const due = [...this.#due].filter(([, { at }]) => at <= now + 1);
    for (const [id, at] of this.#told) {
      // The oldest come first.
      if (at > now - REST) break;
      this.#told.delete(id);
    }
    for (const [id] of due) {
      this.#due.delete(id);
      this.#told.delete(id);
      this.#told.set(id, now);
    }
    if (due.length > 0) void this.#tellOrAgain(due);
    if (this.#due.size > 0) this.#timer ??= setTimeout(this.#flush, SOON).unref();
  };

  /** Readers who stay connected would never hear of it otherwise: nothing makes them ask. */
  async #tellOrAgain(due: [string, Due][]): Promise<void> {
    const requestIds = due.flatMap(([, one]) => one.requestIds).slice(0, NAMED_MAX);
    const ids = due.map(([id]) => id);
    if (await this.#tell(ids, requestIds)) return;
    for (const id of ids) if (!this.#due.has(id)) this.#add(id, AGAIN);
  }
}
