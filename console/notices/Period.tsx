import { useState } from 'preact/hooks';
import { type NoticeWord, n } from './words.ts';

const UNITS = ['D', 'W', 'M', 'Y'] as const;

interface PeriodProps {
  id: string;
  label: string;
  /** ISO 8601: a whole number of one unit, or whatever else was written. */
  value: string;
  onValue(value: string): void;
  'aria-invalid'?: 'true' | undefined;
  'aria-describedby'?: string | undefined;
}

/** A period as a number and its unit; empty is none. */
export function Period({ id, label, value, onValue, ...marks }: PeriodProps) {
  const [, count = '', written] = /^P(\d+)([DWMY])$/.exec(value) ?? [];
  const [chosen, setChosen] = useState(written ?? 'D');
  const unit = written ?? chosen;
  const say = (number: string, of: string) => onValue(number === '' ? '' : `P${number}${of}`);
  // What is no period in this form is shown as it stands, to be mended or replaced.
  if (value !== '' && written === undefined)
    return (
      <input
        {...marks}
        id={id}
        class="input"
        type="text"
        aria-label={label}
        value={value}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
    );
  return (
    <div class="nperiod">
      <input
        {...marks}
        id={id}
        class="input"
        type="number"
        min="1"
        step="1"
        inputMode="numeric"
        aria-label={label}
        value={count}
        onInput={(event) => say(event.currentTarget.value.replace(/\D/g, ''), unit)}
      />
      <select
        class="input"
        aria-label={n('editor.unit', { label })}
        value={unit}
        onChange={(event) => {
          setChosen(event.currentTarget.value);
          say(count, event.currentTarget.value);
        }}
      >
        {UNITS.map((one) => (
          <option key={one} value={one}>
            {n(`unit.${one}` as NoticeWord)}
          </option>
        ))}
      </select>
    </div>
  );
}
