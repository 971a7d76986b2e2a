import { type ReadonlySignal, signal } from '@preact/signals';

/** Which conversation the address names: `#c=ID`. After the hash it never reaches a server's log. */
export interface Route {
  readonly id: ReadonlySignal<string | null>;
  go(id: string | null): void;
  stop(): void;
}

function read(): string | null {
  return /^#c=([0-9a-f-]{36})$/.exec(location.hash)?.[1] ?? null;
}

/** Follows the address, so that Back, a reload and a bookmark do what they say. */
export function watchRoute(): Route {
  const id = signal(read());
  const update = () => {
    id.value = read();
  };
  window.addEventListener('hashchange', update);
  return {
    id,
    go(next) {
      location.hash = next === null ? 'inbox' : `c=${next}`;
      update();
    },
    stop: () => window.removeEventListener('hashchange', update),
  };
}
