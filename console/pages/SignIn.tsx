import { useState } from 'preact/hooks';
import { t } from '../i18n.ts';
import type { Ended, Session } from '../models/session.ts';
import { Field, PasswordField } from '../ui/fields.tsx';
import { problems, useGateForm } from './form.ts';
import { Gate } from './Gate.tsx';

/** Sign-in with e-mail and password. What is wrong is said the same way whether or not the account exists. */
export function SignIn({ session, ended }: { session: Session; ended: Ended | null }) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const form = useGateForm({ email: t('wrong.emailForm') });

  function submit(): void {
    const check = problems({
      email: email.trim() === '' ? t('wrong.email') : null,
      password: password === '' ? t('wrong.password') : null,
    });
    void form.submit(check, () => session.signIn(email.trim(), password));
  }

  return (
    <Gate
      title={t('signIn.title')}
      lead={t('signIn.lead')}
      notice={ended && t(`signIn.ended.${ended}`)}
      wrong={form.wrong}
      failure={form.failure}
      busy={form.busy}
      submit={t('signIn.submit')}
      onSubmit={submit}
      foot={t('signIn.forgot')}
    >
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
        autocomplete="current-password"
        value={password}
        onValue={setPassword}
        wrong={form.wrong.password}
      />
    </Gate>
  );
}
