import type { VNode } from 'preact';

/** A drawing beside words: never the only carrier of a meaning. */
export function Icon({ d, small }: { d: string; small?: boolean }): VNode {
  return (
    <svg class={small ? 'i s' : 'i'} viewBox="0 0 20 20" aria-hidden="true">
      <path d={d} />
    </svg>
  );
}
