import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n.ts';
import { Icon } from './icons.tsx';

interface FieldProps {
  id: string;
  label: string;
  value: string;
  onValue(value: string): void;
  type?: 'text' | 'email' | 'password';
  autocomplete: string;
  wrong?: string | undefined;
  hint?: string;
  after?: ComponentChildren;
}

/** A labelled field with its hint and its error beneath it. */
export function Field({ id, label, value, onValue, type = 'text', autocomplete, wrong, hint, after }: FieldProps) {
  const described = [wrong ? `${id}-wrong` : '', hint ? `${id}-hint` : ''].filter(Boolean).join(' ');
  const shared = {
    class: 'input',
    id,
    name: id,
    value,
    autocomplete,
    spellcheck: false,
    required: true,
    'aria-invalid': wrong ? ('true' as const) : undefined,
    'aria-describedby': described || undefined,
    onInput: (event: { currentTarget: HTMLInputElement }) => onValue(event.currentTarget.value),
  };
  // The types of preact tie an input's roles to its type, so each is written out; the element stays the same one.
  const input =
    type === 'password' ? (
      <input {...shared} type="password" />
    ) : type === 'email' ? (
      <input {...shared} type="email" />
    ) : (
      <input {...shared} type="text" autocapitalize={autocomplete === 'name' ? 'words' : 'none'} />
    );
  return (
    <div class="field">
      <div class="field-label">
        <label for={id}>{label}</label>
        {after}
      </div>
      {input}
      {wrong && (
        <p class="wrong-text" id={`${id}-wrong`}>
          <Icon name="wrong" small />
          <span>{wrong}</span>
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

type PasswordProps = Omit<FieldProps, 'type' | 'after' | 'autocomplete'> & { autocomplete: 'current-password' | 'new-password' };

/** A password field that can be shown, because long ones are mistyped. */
export function PasswordField(props: PasswordProps) {
  const [shown, setShown] = useState(false);
  const toggle = (
    <button
      type="button"
      class="show-button"
      aria-pressed={shown}
      aria-label={t('password.showLabel')}
      onClick={() => setShown(!shown)}
    >
      {t(shown ? 'password.hide' : 'password.show')}
    </button>
  );
  return <Field {...props} type={shown ? 'text' : 'password'} after={toggle} />;
}
