import { useRef, useState } from 'preact/hooks';
import { PATTERNS_MAX } from '../../../shared/redaction/patterns.ts';
import type { OwnPattern } from '../../../shared/redaction/redaction.ts';
import { Icon } from '../../ui/icons.tsx';
import { nameFault, patternFault } from './sheet.ts';
import { x } from './words.ts';

interface OwnProps {
  own: readonly OwnPattern[];
  /** Save was pressed, and something has to be mended: now what is empty is told too. */
  isTold: boolean;
  onOwn(own: OwnPattern[]): void;
}

/** The owner's patterns, one a row, each with what is wrong with it. */
export function Own({ own, isTold, onOwn }: OwnProps) {
  const list = useRef<HTMLFieldSetElement>(null);
  const change = (index: number, part: Partial<OwnPattern>): void =>
    onOwn(own.map((one, at) => (at === index ? { ...one, ...part } : one)));
  const focus = (selector: string): void => {
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(selector)?.focus());
  };
  const isFull = own.length >= PATTERNS_MAX;
  return (
    <fieldset ref={list}>
      <legend>{x('own')}</legend>
      <p class="under">{x('ownHint')}</p>
      {own.length === 0 && <p class="red-none">{x('none')}</p>}
      <ol class="red-own">
        {own.map((one, index) => (
          <Row
            key={index}
            index={index}
            own={one}
            isTold={isTold}
            onChange={(part) => change(index, part)}
            onRemove={() => {
              onOwn(own.filter((_, at) => at !== index));
              focus(index > 0 ? `#red-name-${index - 1}` : '.red-add');
            }}
          />
        ))}
      </ol>
      {isFull ? (
        <p class="under">{x('full', { count: PATTERNS_MAX })}</p>
      ) : (
        <button
          type="button"
          class="cbtn red-add"
          onClick={() => {
            onOwn([...own, { name: '', pattern: '', mode: 'remove' }]);
            focus(`#red-name-${own.length}`);
          }}
        >
          {x('add')}
        </button>
      )}
    </fieldset>
  );
}

interface RowProps {
  index: number;
  own: OwnPattern;
  isTold: boolean;
  onChange(part: Partial<OwnPattern>): void;
  onRemove(): void;
}

function Row({ index, own, isTold, onChange, onRemove }: RowProps) {
  // While somebody writes it for the first time, nothing is wrong with it yet.
  const [left, setLeft] = useState({ name: own.name !== '', pattern: own.pattern !== '' });
  const faults = {
    name: left.name || isTold ? nameFault(own) : '',
    pattern: left.pattern || isTold ? patternFault(own) : '',
  };
  const line = (field: 'name' | 'pattern') => (
    <div class="red-field">
      <label for={`red-${field}-${index}`}>{x(field)}</label>
      <input
        class={field === 'pattern' ? 'input code' : 'input'}
        id={`red-${field}-${index}`}
        type="text"
        dir={field === 'pattern' ? 'ltr' : 'auto'}
        autocomplete="off"
        spellcheck={false}
        aria-invalid={faults[field] ? 'true' : undefined}
        aria-describedby={`red-${field}-${index}-wrong`}
        value={own[field]}
        onInput={(event) => onChange({ [field]: event.currentTarget.value })}
        onBlur={() => setLeft({ ...left, [field]: true })}
      />
      <p class="wrong-text" id={`red-${field}-${index}-wrong`}>
        {faults[field]}
      </p>
    </div>
  );
  return (
    <li>
      {line('name')}
      {line('pattern')}
      <div class="red-field">
        <label for={`red-mode-${index}`}>{x('mode')}</label>
        <select
          class="input"
          id={`red-mode-${index}`}
          value={own.mode}
          onChange={(event) => onChange({ mode: event.currentTarget.value as OwnPattern['mode'] })}
        >
          {(['remove', 'ask'] as const).map((mode) => (
            <option key={mode} value={mode}>
              {x(`mode.${mode}`)}
            </option>
          ))}
        </select>
      </div>
      <button type="button" class="icon-button" aria-label={x('remove', { name: own.name || x('unnamed') })} onClick={onRemove}>
        <Icon name="close" />
      </button>
    </li>
  );
}
