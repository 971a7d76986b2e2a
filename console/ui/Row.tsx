import type { ComponentChildren } from 'preact';

/** A label and its value in a list of facts. */
export function Row({ label, title, children }: { label: string; title?: string | undefined; children: ComponentChildren }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd title={title}>{children}</dd>
    </div>
  );
}
