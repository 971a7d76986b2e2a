import type { ComponentChildren, VNode } from 'preact';
import { MINUTE } from '../../shared/limits.ts';
import { Icon } from '../ui/Icon.tsx';
import { WRONG } from '../ui/icons.ts';
import { AGREED, CHECK, CHECKS, CLOCK, REFUSED } from './icons.ts';
import { withLinks } from './links.tsx';
import { type ChatState, type Line, statusOf } from './state.ts';
import { clock, dayName, say } from './words.ts';

/** Words of one voice that stand together have no longer pauses than this. */
const PAUSE = 5 * MINUTE;

interface Group {
  lines: Line[];
  /** Set where a new day begins. */
  day: string | null;
}

/** Lines of the same author, day and state, one after the other. */
export function grouped(lines: readonly Line[], now: number): Group[] {
  const groups: Group[] = [];
  let before: Line | undefined;
  let today = '';
  for (const line of lines) {
    const day = dayName(line.at, now);
    const group = groups.at(-1);
    const together =
      before !== undefined &&
      day === today &&
      before.author === line.author &&
      before.name === line.name &&
      before.local === line.local &&
      line.local !== 'failed' &&
      line.at - before.at < PAUSE;
    if (group && together) group.lines.push(line);
    else groups.push({ lines: [line], day: day === today ? null : day });
    before = line;
    today = day;
  }
  return groups;
}

/** One quiet line of record in the talk. */
export function Recorded({ good, children }: { good: boolean; children: ComponentChildren }): VNode {
  return (
    <div class={good ? 'agreed' : 'agreed not'}>
      <Icon d={good ? AGREED : REFUSED} />
      {children}
    </div>
  );
}

interface TranscriptProps {
  state: ChatState;
  site: string;
  now: number;
  /** Stands under the first day, and after the first message. */
  agreed: ComponentChildren;
  answered: ComponentChildren;
  onRetry: (id: string) => void;
  onRemove: (id: string) => void;
}

/** What was said, by whom and when. */
export function Transcript({ state, site, now, agreed, answered, onRetry, onRemove }: TranscriptProps): VNode {
  return (
    <>
      {grouped(state.lines, now).map(({ lines, day }, at) => (
        <div key={lines[0]?.id}>
          {day && <p class="day">{day}</p>}
          {at === 0 && agreed}
          <Said lines={lines} state={state} site={site} onRetry={onRetry} onRemove={onRemove} />
          {at === 0 && answered}
        </div>
      ))}
    </>
  );
}

const drawn = new Set<string>();

/** A bubble appears once: not what was loaded, nor what is drawn again, after Privacy or in another group. */
function appear(bubble: HTMLElement | null): void {
  if (!bubble || drawn.has(bubble.id)) return;
  drawn.add(bubble.id);
  if (!bubble.closest('[aria-live="polite"]') || matchMedia('(prefers-reduced-motion)').matches) return;
  bubble.animate({ opacity: [0, 1] }, 160);
}

function Said({
  lines,
  state,
  site,
  onRetry,
  onRemove,
}: Pick<TranscriptProps, 'state' | 'site' | 'onRetry' | 'onRemove'> & { lines: Line[] }) {
  const last = lines.at(-1);
  if (!last) return null;
  const mine = last.author === 'visitor';
  const name = last.name ?? site;
  const failed = last.local === 'failed';
  return (
    <div class={mine ? 'grp me' : 'grp'}>
      {!mine && (
        <span class="face" aria-hidden="true">
          {initials(name)}
        </span>
      )}
      {lines.map((line) => (
        <div class={failed ? 'bub fail' : 'bub'} key={line.id} id={line.id} ref={appear}>
          <span class="sr">{say('said', { name: mine ? say('you') : name, time: clock(line.at) })} </span>
          {/* The words alone say which way they run: the bubble's corners follow the talk. */}
          <div dir="auto">{withLinks(line.body)}</div>
        </div>
      ))}
      {failed ? (
        <p class="meta fail">
          <Icon d={WRONG} small />
          {say('notSent')}
          <button type="button" class="link" onClick={() => onRetry(last.id)}>
            {say('retry')}
          </button>
          <button type="button" class="link" onClick={() => onRemove(last.id)}>
            {say('remove')}
          </button>
        </p>
      ) : (
        <p class="meta">{mine ? <Status line={last} state={state} /> : `${name} · ${clock(last.at)}`}</p>
      )}
    </div>
  );
}

function Status({ line, state }: { line: Line; state: ChatState }): VNode {
  const status = statusOf(line, state.conversation);
  if (status === 'sending') {
    return (
      <>
        {say(state.link !== 'up' ? 'waiting' : state.held ? 'waits' : 'sending')}
        <Icon d={CLOCK} small />
      </>
    );
  }
  const word = status === 'failed' ? 'notSent' : status;
  return (
    <>
      {clock(line.at)} · {say(word)}
      <span class={status}>
        <Icon d={status === 'sent' ? CHECK : CHECKS} small />
      </span>
    </>
  );
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toUpperCase();
}
