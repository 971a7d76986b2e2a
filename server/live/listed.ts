/** Ids come without end: the memory has a bound. */
const MOST = 20_000;

/** Conversations that this relay's agents have in their lists, so that they can be told when one is gone. */
export class Listed {
  readonly #ids = new Set<string>();

  add(conversationId: string): void {
    this.#ids.delete(conversationId);
    this.#ids.add(conversationId);
    const oldest = this.#ids.values().next();
    if (this.#ids.size > MOST && !oldest.done) this.#ids.delete(oldest.value);
  }

  forget(conversationId: string): void {
    this.#ids.delete(conversationId);
  }

  /** Nobody has a list any more. */
  clear(): void {
    this.#ids.clear();
  }

  all(): string[] {
    return [...this.#ids];
  }
}
