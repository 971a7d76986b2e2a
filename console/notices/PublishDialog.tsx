import { useEffect, useRef, useState } from 'preact/hooks';
import type { NoticeDesk } from '../../shared/owner-api.ts';
import type { ApiFailure } from '../api.ts';
import { languageName, shortHash } from '../format.ts';
import { affectedWords, materialWords } from './Changes.tsx';
import { n, refusalWords } from './words.ts';

interface DialogProps {
  desk: NoticeDesk;
  draft: NonNullable<NoticeDesk['draft']>;
  /** Publishes what is named here; gives why not. */
  onPublish(): Promise<ApiFailure | null>;
  onClose(): void;
}

/** The last look before words are final: which, for whom, and what follows. */
export function PublishDialog({ desk, draft, onPublish, onClose }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const { version } = draft.doc;

  async function submit(): Promise<void> {
    if (busy) return;
    setBusy(true);
    const refused = await onPublish();
    setBusy(false);
    if (refused) setFailure(refused);
    else dialog.current?.close();
  }

  return (
    <dialog class="ndialog" ref={dialog} aria-labelledby="publish-title" onClose={onClose}>
      <h2 id="publish-title">{n('dialog.title', { version })}</h2>
      <p>{n('dialog.what', { language: languageName(desk.locale), site: desk.site.name })}</p>
      <dl class="nfacts">
        <div>
          <dt>{n('dialog.hash')}</dt>
          <dd class="code" title={draft.hash}>
            {shortHash(draft.hash)}
          </dd>
        </div>
        <div>
          <dt>{n('dialog.affected')}</dt>
          <dd>{affectedWords(desk)}</dd>
        </div>
        <div>
          <dt>{n('dialog.material')}</dt>
          <dd>{materialWords(desk)}</dd>
        </div>
      </dl>
      <p class="nquiet">{n('dialog.review')}</p>
      {failure && (
        <p class="wrong-sum" role="alert">
          {n('dialog.failed', { why: refusalWords(failure) })}
        </p>
      )}
      <div class="nactions">
        <button type="button" class="cbtn" onClick={() => dialog.current?.close()}>
          {n('dialog.cancel')}
        </button>
        <button type="button" class="cbtn main" aria-disabled={busy} onClick={() => void submit()}>
          {busy ? n('dialog.busy') : n('dialog.submit', { version })}
        </button>
      </div>
    </dialog>
  );
}
