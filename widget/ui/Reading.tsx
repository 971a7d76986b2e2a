import type { ComponentChildren, VNode } from 'preact';
import { Icon } from './Icon.tsx';
import { BACK } from './icons.ts';

interface ReadingProps {
  title: string;
  back: string;
  onBack: () => void;
  children: ComponentChildren;
}

/** A view that lies over the form or the talk for a while: a title, which takes the focus, and a way back. */
export function Reading({ title, back, onBack, children }: ReadingProps): VNode {
  return (
    <>
      <div class="sub">
        <button type="button" class="icon" aria-label={back} onClick={onBack}>
          <Icon d={BACK} />
        </button>
        <h2 tabIndex={-1}>{title}</h2>
      </div>
      {children}
    </>
  );
}
