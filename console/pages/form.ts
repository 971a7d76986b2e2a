import { useState } from 'preact/hooks';
import { EMAIL_MAX_CHARS, NAME_MAX_CHARS } from '../../shared/limits.ts';
import type { ApiFailure } from '../api.ts';
import { failureWords } from '../errors.ts';
import { t } from '../i18n.ts';
import type { Wrong } from './Gate.tsx';

/** PR-75: long instead of complicated. */
export const PASSWORD_MIN = 15;
const PASSWORD_MAX = 1000;

/** What is wrong with a name, or null. */
export function wrongName(name: string): string | null {
  const length = [...name.trim()].length;
  if (length === 0) return t('wrong.name');
  return length > NAME_MAX_CHARS ? t('wrong.nameLong', { max: NAME_MAX_CHARS }) : null;
}

/** As loose as the relay's own rule: one @, something before it, a dot after it. */
export function wrongEmail(email: string): string | null {
  const text = email.trim();
  if (text === '') return t('wrong.email');
  const whole = text.length <= EMAIL_MAX_CHARS && /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text);
  return whole ? null : t('wrong.emailForm');
}

/** What is wrong with a new password, or null. Its length is all that is asked here. */
export function wrongNewPassword(password: string): string | null {
  const length = [...password].length;
  if (length === 0) return t('wrong.passwordNone', { min: PASSWORD_MIN });
  if (length > PASSWORD_MAX) return t('wrong.passwordLong', { max: PASSWORD_MAX });
  return length < PASSWORD_MIN ? t('wrong.passwordShort', { count: PASSWORD_MIN - length, min: PASSWORD_MIN }) : null;
}

/** Keeps only what is wrong. */
export function problems(found: Record<string, string | null>): Wrong {
  return Object.fromEntries(Object.entries(found).filter((one): one is [string, string] => one[1] !== null));
}

interface FormState {
  wrong: Wrong;
  failure: string | null;
  busy: boolean;
  submit(check: Wrong, send: () => Promise<ApiFailure | null>): Promise<void>;
}

/** The state of a form at the gate: its errors, and whether it is under way. */
export function useGateForm(fieldWords: Record<string, string>): FormState {
  const [wrong, setWrong] = useState<Wrong>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(check: Wrong, send: () => Promise<ApiFailure | null>): Promise<void> {
    setFailure(null);
    setWrong(check);
    if (Object.keys(check).length > 0) return;
    setBusy(true);
    const answer = await send();
    setBusy(false);
    if (!answer) return;
    if (answer.code === 'weak_password') setWrong({ password: t('wrong.passwordWeak') });
    else if (answer.code === 'invalid' && answer.fields) {
      // The relay names fields by code; the words for them are ours.
      const named = Object.keys(answer.fields).map((field): [string, string | null] => [field, fieldWords[field] ?? null]);
      const known = problems(Object.fromEntries(named));
      if (Object.keys(known).length > 0) setWrong(known);
      else setFailure(failureWords('invalid'));
    } else setFailure(failureWords(answer.code, answer.retryAfterSeconds));
  }
  return { wrong, failure, busy, submit };
}
