import type { ComponentChildren, VNode } from 'preact';
import { CHAT_COOKIE, OUTBOX_KEY, RESUME_MARK } from '../../shared/endpoints.ts';
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

const NAMES = new RegExp(`(${CHAT_COOKIE}|${RESUME_MARK}|${OUTBOX_KEY})`);

/** Text in which the names of what is stored are set as code. The text itself stays the same, to the letter. */
export function withNames(text: string): ComponentChildren {
  return text.split(NAMES).map((part, at) => (at % 2 ? <span class="code">{part}</span> : part));
}
