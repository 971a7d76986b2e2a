import { useState } from 'preact/hooks';
import type { DraftAnswer } from '../../../shared/requests.ts';
import { failureWords } from '../../errors.ts';
import type { OneProps } from './step.tsx';
import { useChange } from './use-change.ts';
import { q } from './words.ts';

/** Puts a text into the clipboard; false where the browser does not let us. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Gives a file, as a press of a download link would. */
export function saveText(name: string, text: string): void {
  saveBlob(name, new Blob([text], { type: 'text/plain;charset=utf-8' }));
}

export function saveBlob(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** A short letter on the way: shown when asked for, to be copied. */
export function CopyLetter({ request, ask, letter, label }: OneProps & { letter: DraftAnswer['letter']; label: string }) {
  const [text, setText] = useState<string | null>(null);
  const [copied, setCopied] = useState(false);
  const change = useChange(ask);
  async function show(): Promise<void> {
    const body: DraftAnswer = { id: request.id, letter };
    setText((await change.send<{ text: string }>('requests/draft', body))?.text ?? null);
  }
  if (text === null)
    return (
      <>
        <button type="button" class="text-button" onClick={() => void show()}>
          {label}
        </button>
        {change.failure && <span role="alert">{failureWords(change.failure.code)}</span>}
      </>
    );
  return (
    <div class="rq-letter">
      <textarea class="input" aria-label={label} rows={10} readOnly value={text} />
      <div class="rq-do">
        <button type="button" class="cbtn" onClick={() => void copyText(text).then(setCopied)}>
          {q('copy')}
        </button>
        <span role="status">{copied && q('copied')}</span>
      </div>
    </div>
  );
}
