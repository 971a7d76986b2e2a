import type { VNode } from 'preact';
import { Icon } from '../ui/Icon.tsx';
import { REFUSED } from './icons.ts';
import type { Over } from './state.ts';
import { clock, say } from './words.ts';

/** Nobody writes here any more: why, since when, and the way to a new chat. */
export function Ended({ over, at, onAgain }: { over: Over; at: number; onAgain: () => void }): VNode {
  const words = over === 'ended' ? 'gone' : over;
  return (
    <div class="body over">
      <span class="hero">
        <Icon d={REFUSED} />
      </span>
      <h2 tabIndex={-1}>{say(words)}</h2>
      <p>{say(`${words}Text`, { time: clock(at) })}</p>
      <button type="button" class="btn" onClick={onAgain}>
        {say('again')}
      </button>
    </div>
  );
}
