import { useState } from 'preact/hooks';
import { t } from '../i18n.ts';
import type { Session } from '../models/session.ts';
import { PasswordField } from '../ui/fields.tsx';
import { PASSWORD_MIN, problems, useGateForm, wrongNewPassword } from './form.ts';
import { Gate } from './Gate.tsx';

/** A new password, by the one-time link that the command line prints. */
export function Reset({ session, token }: { session: Session; token: string }) {
  const [password, setPassword] = useState('');
  const form = useGateForm({ password: t('wrong.passwordWeak') });

  return (
    <Gate
      title={t('reset.title')}
      lead={t('reset.lead')}
      wrong={form.wrong}
      failure={form.failure}
      busy={form.busy}
      submit={t('reset.submit')}
      onSubmit={() => void form.submit(problems({ password: wrongNewPassword(password) }), () => session.reset(token, password))}
    >
      <PasswordField
        id="password"
        label={t('reset.password')}
        hint={t('password.hint', { min: PASSWORD_MIN })}
        autocomplete="new-password"
        value={password}
        onValue={setPassword}
        wrong={form.wrong.password}
      />
    </Gate>
  );
}
