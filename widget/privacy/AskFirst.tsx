import { render, type VNode } from 'preact';
import type { FrameBoot } from '../../shared/api.ts';
import { askFirstWords } from '../../shared/i18n/widget.redaction.en.ts';
import { MESSAGE_MAX_CHARS } from '../../shared/limits.ts';
import { DEFAULT_RULES, type Found, findIn, markOf, redacted } from '../../shared/redaction/redaction.ts';
import type { Verdict } from '../chat/ask-first.ts';
import { speaker } from '../i18n.ts';

const say = speaker(askFirstWords);

/** Something that need not be sent, and the field that it stands in. */
interface Spot {
  field: HTMLInputElement;
  text: string;
  found: Found[];
}

type Answer = 'take' | 'asIs' | 'change';

/** A second press of Send while it is asked changes nothing. */
let isAsking = false;

/**
 * Asks whether to take out what need not be sent. Taken out, it is gone from the fields; to change it, the field has the
 * focus, and the first of it is chosen. Nothing else that was typed is touched.
 */
export async function askFirst({ site, redaction = DEFAULT_RULES }: FrameBoot, ids: string[]): Promise<Verdict> {
  const fields = ids.map((id) => document.getElementById(id) as HTMLInputElement | null).filter((field) => field !== null);
  const spots: Spot[] = fields.map((field) => ({ field, text: field.value, found: findIn(field.value, redaction) }));
  const held = spots.filter(({ found }) => found.length > 0);
  const [first] = held;
  if (!first) return undefined;
  if (isAsking) return {};
  isAsking = true;
  const answer = await ask(site.name, held);
  isAsking = false;
  if (answer === 'asIs') return true;
  if (answer === 'change') {
    toField(first);
    return { [first.field.id]: say('mend', { title: titleOf(held) }) };
  }
  for (const { field, text } of held) {
    field.value = redacted(text, redaction);
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }
  if ([...first.field.value].length <= MESSAGE_MAX_CHARS) return undefined;
  toField({ ...first, found: [] });
  return { [first.field.id]: say('long') };
}

/** After whatever the form says of it has the focus. */
function toField({ field, found: [first] }: Spot): void {
  setTimeout(() => {
    field.focus();
    if (first) field.setSelectionRange(first.start, first.end);
  });
}

function titleOf(spots: readonly Spot[]): string {
  const [first, ...others] = spots.flatMap(({ found }) => found);
  if (!first || others.length > 0) return say('title.many', { count: others.length + 1 });
  return say(`title.${first.kind}`, { name: first.name });
}

/** Shows the question over the panel until it is answered. Escape changes it, and closes nothing else. */
function ask(site: string, spots: readonly Spot[]): Promise<Answer> {
  return new Promise((resolve) => {
    const dialog = document.createElement('dialog');
    dialog.className = 'first';
    dialog.setAttribute('role', 'alertdialog');
    dialog.setAttribute('aria-labelledby', 'first-title');
    dialog.setAttribute('aria-describedby', 'first-text');
    let answer: Answer = 'change';
    const done = (given: Answer): void => {
      answer = given;
      dialog.close();
    };
    dialog.addEventListener('keydown', (event) => event.stopPropagation());
    dialog.addEventListener('close', () => {
      render(null, dialog);
      dialog.remove();
      resolve(answer);
    });
    render(<Question site={site} spots={spots} onAnswer={done} />, dialog);
    document.body.append(dialog);
    dialog.showModal();
    // Not on a button: whoever sends by Enter, and holds it, has answered nothing.
    dialog.querySelector('h2')?.focus();
  });
}

interface QuestionProps {
  site: string;
  spots: readonly Spot[];
  onAnswer: (answer: Answer) => void;
}

function Question({ site, spots, onAnswer }: QuestionProps): VNode {
  const all = spots.flatMap(({ found }) => found);
  const mayAll = all.every(({ maySend }) => maySend);
  return (
    <>
      <h2 id="first-title" tabIndex={-1}>
        {titleOf(spots)}
      </h2>
      <p id="first-text">{say(mayAll ? 'textMay' : 'text', { site })}</p>
      <h3 class="label">{say('would')}</h3>
      {spots.map((spot) => (
        <p class="would" dir="auto" key={spot.field.id}>
          {piecesOf(spot)}
        </p>
      ))}
      <button type="button" class="btn main" onClick={() => onAnswer('take')}>
        {say(all.length > 1 ? 'takeMany' : 'take')}
      </button>
      <div class={mayAll ? 'pair' : ''}>
        <button type="button" class="btn" onClick={() => onAnswer('change')}>
          {say('change')}
        </button>
        {mayAll && (
          <button type="button" class="btn" onClick={() => onAnswer('asIs')}>
            {say('asIs')}
          </button>
        )}
      </div>
    </>
  );
}

/** Enough on both sides to find the place again. */
const AROUND = 60;

function piecesOf({ text, found }: Spot): (VNode | string)[] {
  const pieces: (VNode | string)[] = [];
  let from = 0;
  for (const one of found) {
    const between = text.slice(from, one.start);
    pieces.push(from === 0 ? tail(between) : between.length > 2 * AROUND ? `${head(between)} ${tail(between)}` : between);
    pieces.push(<mark key={one.start}>{markOf(one)}</mark>);
    from = one.end;
  }
  return [...pieces, head(text.slice(from))];
}

const head = (text: string): string => (text.length > AROUND ? `${text.slice(0, AROUND)}…` : text);
const tail = (text: string): string => (text.length > AROUND ? `…${text.slice(-AROUND)}` : text);
