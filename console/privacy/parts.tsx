import type { ComponentChildren } from 'preact';
import type { ApiFailure } from '../api.ts';
import { failureWords } from '../errors.ts';
import { Icon, type IconName } from '../ui/icons.tsx';
import { d } from './words.ts';

/** The top of a page: what it is, one sentence, and what can be done with all of it. */
export function PageHead({ title, lead, children }: { title: string; lead: string; children?: ComponentChildren }) {
  return (
    <header class="main-head">
      <div>
        <h2>{title}</h2>
        <p>{lead}</p>
      </div>
      {children && <div class="tail">{children}</div>}
    </header>
  );
}

/** Why something could not be loaded or done, and a way on. */
export function Failed({ failure, onRetry }: { failure: ApiFailure; onRetry(): void }) {
  return (
    <div class="desk-failed wrong-sum" role="alert">
      <Icon name="wrong" />
      <div>
        <b>{d('failed', { why: failureWords(failure.code, failure.retryAfterSeconds) })}</b>
        <button type="button" class="text-button" onClick={onRetry}>
          {d('retry')}
        </button>
      </div>
    </div>
  );
}

/** Nothing here, and why that is so. */
export function Empty({ icon, title, text }: { icon: IconName; title: string; text: string }) {
  return (
    <div class="desk-empty">
      <Icon name={icon} />
      <b>{title}</b>
      <p>{text}</p>
    </div>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  /** Value and words; the empty value stands for any. */
  options: readonly (readonly [string, string])[];
  onChange(value: string): void;
}

/** A filter that looks like a chip, and is a plain select to keyboard and screen reader. */
export function Choice({ label, value, options, onChange }: ChoiceProps) {
  return (
    <label class={value === '' ? 'chip' : 'chip set'}>
      <span class="sr">{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map(([of, words]) => (
          <option key={of} value={of}>
            {words}
          </option>
        ))}
      </select>
      <Icon name="down" />
    </label>
  );
}
