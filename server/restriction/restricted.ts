/**
 * Conversations of restricted visitors, as this relay knows them: what is told without a look into the store (who writes,
 * that something changed) goes by it. What is read and written goes by the store itself.
 */
export class RestrictedConversations {
  #ids = new Set<string>();

  has(conversationId: string): boolean {
    return this.#ids.has(conversationId);
  }

  /** True when it was not there. */
  add(conversationId: string): boolean {
    const isNew = !this.#ids.has(conversationId);
    this.#ids.add(conversationId);
    return isNew;
  }

  delete(conversationId: string): void {
    this.#ids.delete(conversationId);
  }

  all(): string[] {
    return [...this.#ids];
  }
}
