import { useEffect, useState } from 'preact/hooks';
import type { NoticeDoc } from '../../shared/notice.ts';
import { getAt, setAt } from '../models/notice-doc.ts';
import { Icon } from '../ui/icons.tsx';
import { type Field, fieldId } from './fields.ts';
import { type Finding, findingWords } from './finding-places.ts';
import { Period } from './Period.tsx';
import { choiceWords } from './places.ts';
import { n } from './words.ts';

export interface Editing {
  doc: NoticeDoc;
  /** What the linter says of each place. */
  found: ReadonlyMap<string, Finding[]>;
  onEdit(doc: NoticeDoc): void;
  /** Takes something away, under a name by which it can be put back. */
  onRemove(doc: NoticeDoc, name: string): void;
}

/** One field of the table: its label, a native control of its kind, its hint, and what the linter says of it. */
export function Control({ field, editing }: { field: Field; editing: Editing }) {
  const { doc, found, onEdit } = editing;
  const { path, label, kind, hint, half, counted } = field;
  const id = fieldId(path);
  const value = getAt(doc, path);
  const wrong = found.get(path) ?? [];
  const set = (next: unknown) => onEdit(setAt(doc, path, next));
  const isWrong = wrong.some(({ level }) => level === 'error');
  const described = [wrong.length > 0 && `${id}-wrong`, hint && `${id}-hint`].filter(Boolean).join(' ') || undefined;
  const shared = { id, 'aria-invalid': isWrong ? ('true' as const) : undefined, 'aria-describedby': described };
  const grouped = kind === 'period' || kind === 'many';

  return (
    <div class={half ? 'nfield half' : 'nfield'}>
      {kind === 'tick' || kind === 'mark' ? (
        <label class="ntick">
          <input
            {...shared}
            type="checkbox"
            checked={value === true}
            onChange={(event) => set(event.currentTarget.checked || (kind === 'tick' ? false : undefined))}
          />
          <span>{n(label)}</span>
        </label>
      ) : grouped ? (
        <fieldset aria-describedby={described}>
          <legend>{n(label)}</legend>
          {kind === 'period' ? (
            <Period {...shared} label={n(label)} value={String(value ?? '')} onValue={set} />
          ) : (
            <Many field={field} value={value} onValue={set} id={id} />
          )}
        </fieldset>
      ) : (
        <>
          <label for={id}>{n(label)}</label>
          <Native field={field} shared={shared} value={value} onValue={set} />
        </>
      )}
      {wrong.length > 0 && (
        <div id={`${id}-wrong`}>
          {wrong.map((one) => (
            <p class={one.level === 'error' ? 'wrong-text' : 'wrong-text advice'} key={one.text}>
              <Icon name={one.level === 'error' ? 'wrong' : 'warn'} small />
              <span>{findingWords(one, doc, true)}</span>
            </p>
          ))}
        </div>
      )}
      {hint && (
        <p class="under" id={`${id}-hint`}>
          {n(hint)} {counted && n('editor.letters', { count: String(value ?? '').length })}
        </p>
      )}
    </div>
  );
}

interface NativeProps {
  field: Field;
  shared: { id: string; 'aria-invalid': 'true' | undefined; 'aria-describedby': string | undefined };
  value: unknown;
  onValue(value: unknown): void;
}

function Native({ field: { kind, of = [] }, shared, value, onValue }: NativeProps) {
  if (kind === 'one')
    return (
      <select {...shared} class="input" value={String(value)} onChange={(event) => onValue(event.currentTarget.value)}>
        {of.map((one) => (
          <option key={one} value={one}>
            {choiceWords(one)}
          </option>
        ))}
      </select>
    );
  if (kind === 'lines' || kind === 'paragraphs')
    return <Lines shared={shared} between={kind === 'lines' ? '\n' : '\n\n'} value={value as string[]} onValue={onValue} />;
  if (kind === 'age')
    return (
      <input
        {...shared}
        class="input"
        type="number"
        min="0"
        max="21"
        value={value === null ? '' : String(value)}
        onInput={(event) => onValue(event.currentTarget.value === '' ? null : Number(event.currentTarget.value))}
      />
    );
  const take = (text: string) => onValue(text === '' && kind.startsWith('maybe') ? null : text);
  const text = String(value ?? '');
  if (kind === 'text' || kind === 'maybeText')
    return (
      <textarea {...shared} class="input" rows={2} value={text} onInput={(event) => take(event.currentTarget.value)} spellcheck />
    );
  return (
    <input
      {...shared}
      class="input"
      type="text"
      autocomplete="off"
      value={text}
      onInput={(event) => take(event.currentTarget.value)}
    />
  );
}

interface LinesProps extends Omit<NativeProps, 'field' | 'value'> {
  between: string;
  value: readonly string[];
}

/** A list of texts in one field. What is being typed stays as it is typed; the document gets what is not empty. */
function Lines({ shared, between, value = [], onValue }: LinesProps) {
  const [text, setText] = useState(value.join(between));
  const split = (typed: string) =>
    typed
      .split(between === '\n' ? /\n/ : /\n\s*\n/)
      .map((one) => one.trim())
      .filter(Boolean);
  // Changed from elsewhere: taken back, or another draft.
  const known = JSON.stringify(value);
  useEffect(() => {
    if (JSON.stringify(split(text)) !== known) setText(value.join(between));
  }, [known]);
  return (
    <textarea
      {...shared}
      class="input"
      rows={between === '\n' ? 2 : 3}
      value={text}
      onInput={(event) => {
        setText(event.currentTarget.value);
        onValue(split(event.currentTarget.value));
      }}
    />
  );
}

function Many({ field: { of = [] }, value, onValue, id }: Omit<NativeProps, 'shared'> & { id: string }) {
  const chosen = Array.isArray(value) ? value : [];
  return (
    <div class="nmany">
      {of.map((one, at) => (
        <label class="ntick" key={one}>
          <input
            type="checkbox"
            id={at === 0 ? id : undefined}
            checked={chosen.includes(one)}
            onChange={(event) => {
              const { checked } = event.currentTarget;
              onValue(of.filter((other) => (other === one ? checked : chosen.includes(other))));
            }}
          />
          <span>{choiceWords(one)}</span>
        </label>
      ))}
    </div>
  );
}
