import { useEffect, useState } from 'preact/hooks';
import type { ErasurePreview } from '../../shared/erasures.ts';
import type { Hold } from '../../shared/retention.ts';
import type { Ask } from '../api.ts';
import { Left } from '../privacy/Left.tsx';
import { Dialog } from './Dialog.tsx';
import { dateWords, k } from './words.ts';

interface EraseProps {
  conversationId: string;
  hold: Hold | null;
  ask: Ask;
  onClose(): void;
}

/** Erasing asks once more, and says what it leaves. The list lets go of the conversation by itself when it is done. */
export function EraseDialog({ conversationId, hold, ask, onClose }: EraseProps) {
  const [preview, setPreview] = useState<ErasurePreview | null>(null);
  useEffect(() => {
    void ask<ErasurePreview>('erasures/preview', { conversationId }).then((found) => setPreview(found.ok ? found.data : null));
  }, [ask, conversationId]);
  return (
    <Dialog
      title={k('eraseDialog.title')}
      submit={k('eraseDialog.submit')}
      final
      onSubmit={() => ask('erasures/one', { conversationId, reason: 'no_longer_needed' })}
      onClose={onClose}
    >
      <p>{k('eraseDialog.text')}</p>
      {hold && <p class="strip">{k('eraseDialog.held', { date: dateWords(hold.until) })}</p>}
      <div aria-live="polite">{preview ? <Left survivors={preview.survivors} /> : <p>{k('eraseDialog.keeps')}</p>}</div>
    </Dialog>
  );
}
