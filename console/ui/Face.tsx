import { initials } from '../format.ts';

const TINTS = 6;

/** The same person has the same tint everywhere; the id decides, not the name. */
function tint(id: string): number {
  let sum = 0;
  for (const char of id) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 997;
  return sum % TINTS;
}

/** Somebody's initials on a ground of their own. The name stands in words beside it. */
export function Face({ id, name }: { id: string; name: string | null }) {
  return (
    <span class={`face face-${tint(id)}`} aria-hidden="true">
      {initials(name)}
    </span>
  );
}
