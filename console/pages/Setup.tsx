import { useState } from 'preact/hooks';
import { t } from '../i18n.ts';
import type { Session } from '../models/session.ts';
import { Field, PasswordField } from '../ui/fields.tsx';
import { PASSWORD_MIN, problems, useGateForm, wrongEmail, wrongName, wrongNewPassword } from './form.ts';
import { Gate } from './Gate.tsx';

/** The first owner's account, by the one-time link that the start of the relay prints. */
export function Setup({ session, token }: { session: Session; token: string }) {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const form = useGateForm({ name: t('wrong.name'), email: t('wrong.emailForm'), password: t('wrong.passwordWeak') });

  function submit(): void {
    const check = problems({ name: wrongName(name), email: wrongEmail(email), password: wrongNewPassword(password) });
    void form.submit(check, () => session.setUp(token, name.trim(), email.trim(), password));
  }

  return (
    <Gate
      title={t('setup.title')}
      lead={t('setup.lead')}
      wrong={form.wrong}
      failure={form.failure}
      busy={form.busy}
      submit={t('setup.submit')}
      onSubmit={submit}
    >
      <Field
        id="name"
        label={t('setup.name')}
        hint={t('setup.nameHint')}
        autocomplete="name"
        value={name}
        onValue={setName}
        wrong={form.wrong.name}
      />
      <Field
        id="email"
        type="email"
        label={t('signIn.email')}
        autocomplete="username"
        value={email}
        onValue={setEmail}
        wrong={form.wrong.email}
      />
      <PasswordField
        id="password"
        label={t('signIn.password')}
        hint={t('password.hint', { min: PASSWORD_MIN })}
        autocomplete="new-password"
        value={password}
        onValue={setPassword}
        wrong={form.wrong.password}
      />
    </Gate>
  );
}
