import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApiFailure, ApiResult } from '../api.ts';
import { failureWords } from '../errors.ts';
import { k } from './words.ts';

interface DialogProps {
  title: string;
  submit: string;
  /** What the button does is final. */
  final?: boolean;
  /** Null where something in the form has to be put right first. */
  onSubmit(): Promise<ApiResult<unknown> | null>;
  onClose(): void;
  children: ComponentChildren;
}

/** One question over the page, with what follows from it, and a way back. */
export function Dialog({ title, submit, final = false, onSubmit, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  useEffect(() => dialog.current?.showModal(), []);

  async function send(event: Event): Promise<void> {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    const answer = await onSubmit();
    setBusy(false);
    setFailure(answer && !answer.ok ? answer.error : null);
    if (answer?.ok) dialog.current?.close();
  }

  return (
    <dialog class="kdialog" ref={dialog} aria-labelledby="kdialog-title" onClose={onClose}>
      <form method="dialog" noValidate onSubmit={(event) => void send(event)}>
        <h2 id="kdialog-title">{title}</h2>
        {children}
        {failure && (
          <p class="wrong-sum" role="alert">
            {k('failed', { why: failureWords(failure.code, failure.retryAfterSeconds) })}
          </p>
        )}
        <div class="kactions">
          <button type="button" class="cbtn" onClick={() => dialog.current?.close()}>
            {k('cancel')}
          </button>
          <button type="submit" class={final ? 'cbtn final' : 'cbtn main'} aria-disabled={busy}>
            {busy ? k('busy') : submit}
          </button>
        </div>
      </form>
    </dialog>
  );
}
