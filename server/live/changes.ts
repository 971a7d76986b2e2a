import { SECOND } from '../../shared/limits.ts';

/** A change waits this long for others of the same act. */
const SOON = 15;
/** One conversation is told again at most this often: readers get its state, not its history. */
const REST = SECOND / 4;
/** So many of the requests behind a batch are named when it fails. */
const NAMED_MAX = 20;

/**
 * Gathers which conversations changed, and tells them in batches: a quiet one at once, a busy one a few times a second.
 * What it costs to keep readers current does not grow with the messages.
 */
export class Changes {
  readonly #tell: (ids: string[], requestIds: string[]) => void;
  /** When each is due and because of which requests, and when each was last told. */
  readonly #due = new Map<string, { at: number; requestIds: string[] }>();
  readonly #told = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;

  constructor(tell: (ids: string[], requestIds: string[]) => void) {
    this.#tell = tell;
  }

  note(id: string, requestId?: string): void {
    const due = this.#due.get(id) ?? this.#add(id);
    if (requestId !== undefined && due.requestIds.length < NAMED_MAX) due.requestIds.push(requestId);
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#due.clear();
  }

  #add(id: string): { at: number; requestIds: string[] } {
    const now = performance.now();
    const due = { at: Math.max(now + SOON, (this.#told.get(id) ?? 0) + REST), requestIds: [] };
    this.#due.set(id, due);
    this.#timer ??= setTimeout(this.#flush, SOON).unref();
    return due;
  }

  readonly #flush = (): void => {
    const now = performance.now();
    this.#timer = null;
    const due = [...this.#due].filter(([, { at }]) => at <= now + 1);
    const ids = due.map(([id]) => id);
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
    if (ids.length > 0) this.#tell(ids, due.flatMap(([, { requestIds }]) => requestIds).slice(0, NAMED_MAX));
    if (this.#due.size > 0) this.#timer ??= setTimeout(this.#flush, SOON).unref();
  };
}
