import type { VNode } from 'preact';
import type { WishProps } from './wish-props.ts';
import { say } from './wishes-words.ts';

interface AsideProps extends WishProps {
  onAside: (on: boolean) => void;
}

/** Restriction (GDPR Art. 18): whoever asked for it ends it; what others began they end, and say so before (Art. 18(3)). */
export function Aside({ standing: { restriction }, site, when, busy, onAside }: AsideProps): VNode {
  const isBusy = busy === 'restrict' || busy === 'unrestrict';
  const text = (): string => {
    if (!restriction) return say('asideText');
    if (restriction.isOwn) return say('asideOwn');
    return restriction.toldAt === null ? say('asideOthers', { site }) : say('asideSoon', { time: when(restriction.toldAt) });
  };
  const button = restriction ? say(isBusy ? 'asideEnding' : 'asideEnd') : say(isBusy ? 'asideDoing' : 'asideDo');
  return (
    <div class="wish" aria-live="polite">
      <b tabIndex={-1} data-wish="aside">
        {restriction ? say('asideNow', { time: when(restriction.since) }) : say('aside')}
      </b>
      <p class="under">{text()}</p>
      {(!restriction || restriction.isOwn) && (
        <button type="button" class="btn" aria-disabled={isBusy || undefined} onClick={() => onAside(!restriction)}>
          {button}
        </button>
      )}
    </div>
  );
}
