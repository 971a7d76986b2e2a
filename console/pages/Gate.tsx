import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n.ts';
import { Icon, Mark } from '../ui/icons.tsx';

export type Wrong = Record<string, string>;

interface GateProps {
  title: string;
  lead: string;
  /** What happened before, such as a session that ended. */
  notice?: string | null;
  /** What stands at a field, by the field's id. */
  wrong: Wrong;
  /** What went wrong as a whole. */
  failure: string | null;
  busy: boolean;
  submit: string;
  onSubmit(): void;
  foot?: string;
  children: ComponentChildren;
}

/** The page before the console: one form, with a list of what is wrong that takes the focus. */
export function Gate({ title, lead, notice, wrong, failure, busy, submit, onSubmit, foot, children }: GateProps) {
  const summary = useRef<HTMLDivElement>(null);
  const problems = Object.entries(wrong);
  useEffect(() => {
    if (problems.length > 0 || failure) summary.current?.focus();
  }, [wrong, failure]);

  function submitForm(event: Event): void {
    event.preventDefault();
    if (!busy) onSubmit();
  }

  return (
    <main class="gate con">
      <form class="gate-card" noValidate onSubmit={submitForm} aria-labelledby="gate-title">
        <header class="gate-head">
          <span class="launch-mark">
            <Mark />
          </span>
          <div>
            <h1 id="gate-title">{title}</h1>
            <p>{lead}</p>
          </div>
        </header>
        {notice && (
          <p class="gate-notice" role="status">
            {notice}
          </p>
        )}
        {(problems.length > 0 || failure) && (
          <div class="wrong-sum" ref={summary} tabIndex={-1} role="alert">
            <Icon name="wrong" />
            <div>
              {failure ? <b>{failure}</b> : <b>{t('form.wrong', { count: problems.length })}</b>}
              {problems.map(([field, words]) => (
                <a key={field} href={`#${field}`} onClick={(event) => jump(event, field)}>
                  {words}
                </a>
              ))}
            </div>
          </div>
        )}
        {children}
        <button class="btn main wide" type="submit" aria-disabled={busy}>
          {busy ? t('form.sending') : submit}
        </button>
        {foot && <p class="under">{foot}</p>}
      </form>
    </main>
  );
}

/** Goes to the field without writing into the address, where the one-time link was taken out of. */
function jump(event: Event, field: string): void {
  event.preventDefault();
  document.getElementById(field)?.focus();
}
