interface PageLife {
  /** The network or the eyes are back: is the link still what it says? */
  onWake(): void;
  /** The page goes; with `persisted` it may come back as it is (the back-forward cache). */
  onLeave(persisted: boolean): void;
  onReturn(): void;
  /** Would anything that was typed be lost now? */
  hasUnsent(): boolean;
}

/** Follows what becomes of the page. Gives the way to stop. */
export function watchPage({ onWake, onLeave, onReturn, hasUnsent }: PageLife): () => void {
  const off = new AbortController();
  const on = <Kind extends Event>(target: EventTarget, type: string, act: (event: Kind) => void): void =>
    target.addEventListener(type, act as (event: Event) => void, { signal: off.signal });
  on(window, 'online', onWake);
  on(document, 'visibilitychange', () => document.visibilityState === 'visible' && onWake());
  on<PageTransitionEvent>(window, 'pagehide', ({ persisted }) => onLeave(persisted));
  on<PageTransitionEvent>(window, 'pageshow', ({ persisted }) => persisted && onReturn());
  on<BeforeUnloadEvent>(window, 'beforeunload', (event) => hasUnsent() && event.preventDefault());
  return () => off.abort();
}
