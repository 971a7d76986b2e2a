type Listener = (...values: unknown[]) => void;

/**
 * What socket.io-client listens to and speaks by. The build puts it in place of @socket.io/component-emitter, of which
 * this widget needs these four.
 */
export class Emitter {
  private heard: Record<string, Set<Listener>> = {};
  on(event: string, listener: Listener): void {
    this.heard[event] ??= new Set();
    this.heard[event].add(listener);
  }
  off(event: string, listener: Listener): void {
    this.heard[event]?.delete(listener);
  }
  emit(event: string, ...values: unknown[]): void {
    // Whoever is added by a listener waits for the next time.
    for (const listener of Array.from(this.heard[event] ?? [])) listener.apply(this, values);
  }
  emitReserved(event: string, ...values: unknown[]): void {
    // Not `this.emit`: that of a socket sends.
    Emitter.prototype.emit.call(this, event, ...values);
  }
}
