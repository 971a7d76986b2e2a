import { useState } from 'preact/hooks';
import type { Certificate, ErasureReason } from '../../../shared/erasure.ts';
import type { ErasurePreview, ErasureScope } from '../../../shared/erasures.ts';
import type { ApiFailure, Ask } from '../../api.ts';
import { failureWords } from '../../errors.ts';
import { Left } from '../Left.tsx';
import { ConversationField, conversationIn, Select, Wrong } from '../parts.tsx';
import { e, reasonOptions, tableWords } from './words.ts';

/** One visitor, by a conversation: first what would go, then the press that does it. */
export function One({ ask, onErased }: { ask: Ask; onErased(certificate: Certificate): void }) {
  const [id, setId] = useState('');
  const [reason, setReason] = useState<ErasureReason>('request');
  const [scope, setScope] = useState<ErasureScope>('visitor');
  const [preview, setPreview] = useState<ErasurePreview | null>(null);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const [busy, setBusy] = useState(false);
  const conversationId = conversationIn(id);

  async function act<T>(path: string, body: object, onDone: (data: T) => void): Promise<void> {
    if (busy) return;
    setBusy(true);
    const result = await ask<T>(path, body);
    setBusy(false);
    setFailure(result.ok ? null : result.error);
    if (result.ok) onDone(result.data);
    else setPreview(null);
  }

  return (
    <section class="card" aria-labelledby="one-title">
      <h3 id="one-title">{e('one.title')}</h3>
      <p class="quiet">{e('one.text')}</p>
      <form
        class="desk-form"
        onSubmit={(event) => {
          event.preventDefault();
          void act('erasures/preview', { conversationId, scope }, setPreview);
        }}
      >
        <ConversationField
          label={e('one.id')}
          hint={e('one.hint')}
          value={id}
          onValue={(value) => {
            setId(value);
            setPreview(null);
          }}
        />
        <Select
          label={e('one.scope')}
          value={scope}
          options={(['visitor', 'conversation'] as const).map((one) => [one, e(`scope.${one}`)] as const)}
          onValue={(value) => {
            setScope(value as ErasureScope);
            setPreview(null);
          }}
        />
        <button type="submit" class="cbtn">
          {e('one.look')}
        </button>
      </form>
      {failure && (
        <Wrong>
          {failure.code === 'not_found' ? e('gone') : e('failed', { why: failureWords(failure.code, failure.retryAfterSeconds) })}
        </Wrong>
      )}
      {preview && (
        <div class="desk-form">
          <What preview={preview} isWhole={scope === 'visitor' || preview.conversations < 2} />
          <Select
            label={e('reason')}
            value={reason}
            options={reasonOptions}
            onValue={(value) => setReason(value as ErasureReason)}
          />
          <button
            type="button"
            class="cbtn bad"
            aria-disabled={busy}
            onClick={() =>
              void act<Certificate>('erasures/one', { conversationId, scope, reason }, (certificate) => {
                setPreview(null);
                setId('');
                onErased(certificate);
              })
            }
          >
            {e(scope === 'visitor' || preview.conversations < 2 ? 'one.erase' : 'one.eraseTalk')}
          </button>
        </div>
      )}
    </section>
  );
}

function What({
  preview: { counts, entries, conversations, survivors },
  isWhole,
}: {
  preview: ErasurePreview;
  isWhole: boolean;
}) {
  return (
    <div class="desk-what" role="status">
      <b>
        {e('one.what')}: {e('one.conversations', { count: isWhole ? conversations : 1 })}
      </b>
      <ul>
        {Object.entries(counts)
          .filter(([, count]) => count > 0)
          .map(([table, count]) => (
            <li key={table}>
              <span>{count}</span> {tableWords(table)}
            </li>
          ))}
      </ul>
      <p>{e('one.entries', { count: entries })}</p>
      <Left survivors={survivors} />
      {!isWhole && <p>{e('one.stays', { count: conversations - 1 })}</p>}
      {(counts.legal_hold ?? 0) > 0 && <p class="strip">{e('one.held')}</p>}
    </div>
  );
}
