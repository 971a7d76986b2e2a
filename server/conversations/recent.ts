/** What one busy conversation need not be asked again. */
export interface Known {
  /** These never change. */
  readonly visitorId: string;
  readonly siteId: string;
  /** When its place in the list was last written; 0 before. */
  placedAt: number;
  /** Somebody has taken it. */
  assigned: boolean;
}

/** Ids come from outside: the memory has a bound. */
const MOST = 20_000;

/**
 * Hints about conversations that were written in lately, on this node. They spare statements and are never the truth:
 * each statement that follows one holds its own conditions.
 */
export class RecentConversations {
  readonly #known = new Map<string, Known>();

  get(conversationId: string): Known | undefined {
    return this.#known.get(conversationId);
  }

  add(conversationId: string, { visitorId, siteId }: Pick<Known, 'visitorId' | 'siteId'>): Known {
    const oldest = this.#known.keys().next();
    if (this.#known.size >= MOST && !oldest.done) this.#known.delete(oldest.value);
    const known = { visitorId, siteId, placedAt: 0, assigned: false };
    this.#known.set(conversationId, known);
    return known;
  }

  forget(conversationId: string): void {
    this.#known.delete(conversationId);
  }

  forgetAll(): void {
    this.#known.clear();
  }
}
