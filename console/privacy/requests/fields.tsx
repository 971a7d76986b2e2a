import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { q } from './words.ts';

interface LabelledProps {
  label: string;
  hint?: string | undefined;
  wrong?: string | null | undefined;
  isOptional?: boolean;
}

interface TextProps extends LabelledProps {
  value: string;
  type?: 'text' | 'date' | 'email';
  max?: string;
  onValue(value: string): void;
}

/** A field with its label above and what there is to say of it beneath. */
export function Text({ value, type = 'text', max, onValue, ...labelled }: TextProps) {
  const id = useId();
  const shared = { id, class: 'input', value, autocomplete: 'off', spellcheck: false, ...described(id, labelled) };
  const onInput = (event: { currentTarget: HTMLInputElement }): void => onValue(event.currentTarget.value);
  return (
    <Labelled id={id} {...labelled}>
      {type === 'date' ? (
        <input {...shared} type="date" max={max} onInput={onInput} />
      ) : type === 'email' ? (
        <input {...shared} type="email" onInput={onInput} />
      ) : (
        <input {...shared} type="text" onInput={onInput} />
      )}
    </Labelled>
  );
}

export function Area({
  value,
  rows = 4,
  onValue,
  ...labelled
}: LabelledProps & { value: string; rows?: number; onValue(value: string): void }) {
  const id = useId();
  return (
    <Labelled id={id} {...labelled}>
      <textarea
        id={id}
        class="input"
        rows={rows}
        value={value}
        {...described(id, labelled)}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
    </Labelled>
  );
}

interface SelectProps<Value extends string> extends LabelledProps {
  value: Value;
  options: readonly (readonly [Value, string])[];
  onValue(value: Value): void;
}

export function Select<Value extends string>({ value, options, onValue, ...labelled }: SelectProps<Value>) {
  const id = useId();
  return (
    <Labelled id={id} {...labelled}>
      <select
        id={id}
        class="input"
        value={value}
        {...described(id, labelled)}
        onChange={(event) => onValue(event.currentTarget.value as Value)}
      >
        {options.map(([of, words]) => (
          <option key={of} value={of}>
            {words}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

function described(id: string, { hint, wrong }: LabelledProps) {
  const by = [wrong ? `${id}-wrong` : '', hint ? `${id}-hint` : ''].filter(Boolean).join(' ');
  return { 'aria-invalid': wrong ? ('true' as const) : undefined, 'aria-describedby': by || undefined };
}

function Labelled({ id, label, hint, wrong, isOptional, children }: LabelledProps & { id: string; children: ComponentChildren }) {
  return (
    <div class="field">
      <div class="field-label">
        <label for={id}>{label}</label>
        {isOptional && <span class="quiet">{q('optional')}</span>}
      </div>
      {children}
      {wrong && (
        <p class="wrong-text" id={`${id}-wrong`}>
          {wrong}
        </p>
      )}
      {hint && (
        <p class="under" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

/** A part of a request, under its heading. */
export function Part({ title, children }: { title: string; children: ComponentChildren }) {
  const id = useId();
  return (
    <section class="rq-part" aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {children}
    </section>
  );
}
