import type { ComponentChildren, VNode } from 'preact';
import { useId } from 'preact/hooks';
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

/** A day as a filter. */
export function Day({ label, value, onChange }: { label: string; value: string; onChange(value: string): void }) {
  return (
    <label class={value === '' ? 'chip when' : 'chip when set'}>
      <span>{label}</span>
      <input type="date" value={value} onChange={(event) => onChange(event.currentTarget.value)} />
    </label>
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

interface LabelledProps {
  label: string;
  hint?: string;
  /** Takes a whole line of the form. */
  wide?: boolean;
  children(field: { id: string; 'aria-describedby': string | undefined }): VNode;
}

/** A field with its label and its hint; the field is given what ties it to both. */
export function Labelled({ label, hint, wide = false, children }: LabelledProps) {
  const id = useId();
  return (
    <div class={wide ? 'desk-field wide' : 'desk-field'}>
      <label for={id}>{label}</label>
      {children({ id, 'aria-describedby': hint ? `${id}-hint` : undefined })}
      {hint && (
        <p class="under" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface SelectProps {
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
  onValue(value: string): void;
  hint?: string;
  wide?: boolean;
}

export function Select({ label, value, options, onValue, ...rest }: SelectProps) {
  return (
    <Labelled label={label} {...rest}>
      {(field) => (
        <select {...field} class="input" value={value} onChange={(event) => onValue(event.currentTarget.value)}>
          {options.map(([of, words]) => (
            <option key={of} value={of}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}

/** Why something was not done, spoken at once. */
export function Wrong({ children }: { children: ComponentChildren }) {
  return (
    <p class="wrong-text" role="alert">
      <Icon name="wrong" small />
      <span>{children}</span>
    </p>
  );
}

interface FindProps {
  name: string;
  label: string;
  placeholder: string;
  value: string | undefined;
  maxLength: number;
  /** What was typed was taken out again. */
  onClear(): void;
}

/** The field of a filter in which one types; the form that it stands in takes it with Enter. */
export function Find({ name, label, placeholder, value, maxLength, onClear }: FindProps) {
  return (
    <label class="find">
      <Icon name="search" small />
      <span class="sr">{label}</span>
      <input
        key={value}
        type="search"
        name={name}
        placeholder={placeholder}
        defaultValue={value ?? ''}
        autocomplete="off"
        spellcheck={false}
        maxLength={maxLength}
        onInput={(event) => event.currentTarget.value === '' && value !== undefined && onClear()}
      />
    </label>
  );
}

/** A filter with a change made to it; what was emptied is not in it any more. */
export function narrowed<Filter extends object>(filter: Filter, change: Partial<Record<keyof Filter, string>>): Filter {
  const set = Object.entries({ ...filter, ...change }).filter(([, value]) => value !== '' && value !== undefined);
  return Object.fromEntries(set) as Filter;
}

interface ConversationFieldProps {
  label: string;
  hint: string;
  value: string;
  onValue(value: string): void;
}

/** Which conversation is meant: its id, or an address that has it. */
export function ConversationField({ label, hint, value, onValue }: ConversationFieldProps) {
  return (
    <Labelled label={label} hint={hint} wide>
      {(field) => (
        <input
          {...field}
          type="text"
          class="input"
          value={value}
          required
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    </Labelled>
  );
}

export const conversationIn = (text: string): string => /[0-9a-f-]{36}/.exec(text)?.[0] ?? text.trim();
