import { useState } from 'preact/hooks';
import type { Certificate, ErasureReason } from '../../../shared/erasure.ts';
import type { BulkErased, BulkPreview, ErasureFilter } from '../../../shared/erasures.ts';
import type { ApiFailure, Ask } from '../../api.ts';
import { failureWords } from '../../errors.ts';
import { Labelled, Select, Wrong } from '../parts.tsx';
import { e, reasonOptions } from './words.ts';

interface ManyProps {
  ask: Ask;
  sites: readonly { key: string; name: string }[];
  onErased(certificates: Certificate[]): void;
}

/** All visitors who fit: counted first, and erased only once the count was typed. */
export function Many({ ask, sites, onErased }: ManyProps) {
  const [filter, setFilter] = useState<ErasureFilter>({ site: sites[0]?.key ?? '', status: 'ended' });
  const [preview, setPreview] = useState<BulkPreview | null>(null);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const set = (change: Partial<ErasureFilter>): void => {
    const next = Object.entries({ ...filter, ...change }).filter(([, value]) => value !== '');
    setFilter(Object.fromEntries(next) as ErasureFilter);
    setPreview(null);
  };

  async function count(): Promise<void> {
    const result = await ask<BulkPreview>('erasures/many/preview', { filter });
    setFailure(result.ok ? null : result.error);
    setPreview(result.ok ? result.data : null);
  }

  return (
    <section class="card" aria-labelledby="many-title">
      <h3 id="many-title">{e('many.title')}</h3>
      <p class="quiet">{e('many.text')}</p>
      <form
        class="desk-form"
        onSubmit={(event) => {
          event.preventDefault();
          void count();
        }}
      >
        <Select
          label={e('site')}
          value={filter.site}
          options={sites.map(({ key, name }) => [key, name] as const)}
          onValue={(site) => set({ site })}
        />
        <Select
          label={e('status')}
          value={filter.status}
          options={(['ended', 'withdrawn', 'any'] as const).map((status) => [status, e(`status.${status}`)] as const)}
          onValue={(status) => set({ status: status as ErasureFilter['status'] })}
        />
        {(['lastBefore', 'beganFrom', 'beganTo'] as const).map((name) => (
          <Labelled key={name} label={e(name)}>
            {(field) => (
              <input
                {...field}
                type="date"
                class="input"
                value={filter[name] ?? ''}
                onChange={(event) => set({ [name]: event.currentTarget.value })}
              />
            )}
          </Labelled>
        ))}
        <button type="submit" class="cbtn">
          {e('many.count')}
        </button>
      </form>
      {failure && <Wrong>{failureWords(failure.code, failure.retryAfterSeconds)}</Wrong>}
      <div role="status">{preview?.visitors === 0 && <p class="quiet">{e('many.none')}</p>}</div>
      {preview !== null && preview.visitors > 0 && (
        <Confirm
          key={preview.asOf}
          ask={ask}
          filter={filter}
          preview={preview}
          onErased={(done) => {
            setPreview(null);
            onErased(done);
          }}
        />
      )}
    </section>
  );
}

interface ConfirmProps extends Pick<ManyProps, 'ask' | 'onErased'> {
  filter: ErasureFilter;
  preview: BulkPreview;
}

function Confirm({ ask, filter, preview, onErased }: ConfirmProps) {
  const { visitors, conversations, open, held, asOf } = preview;
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState<ErasureReason>('no_longer_needed');
  const [done, setDone] = useState<number | null>(null);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const isReady = typed.trim() === String(visitors);

  async function erase(): Promise<void> {
    if (!isReady || done !== null) return;
    const certificates: Certificate[] = [];
    setFailure(null);
    for (let expected = visitors; expected > 0; ) {
      setDone(certificates.length);
      const result = await ask<BulkErased>('erasures/many', { filter, asOf, expected, reason }, 120_000);
      if (!result.ok) {
        setFailure(result.error);
        break;
      }
      certificates.push(...result.data.certificates);
      // Whoever is left and could not be taken now is counted again by a person.
      if (result.data.certificates.length === 0) break;
      expected = result.data.left;
    }
    setDone(null);
    if (certificates.length > 0) onErased(certificates);
  }

  return (
    <form
      class="desk-form"
      onSubmit={(event) => {
        event.preventDefault();
        void erase();
      }}
    >
      <div class="desk-what" role="status">
        <b>{e('many.fits', { count: visitors, conversations: e('one.conversations', { count: conversations }) })}</b>
        {open > 0 && <p>{e('many.open', { count: open })}</p>}
        {held > 0 && <p class="strip">{e('many.held', { count: held })}</p>}
      </div>
      <Select label={e('reason')} value={reason} options={reasonOptions} onValue={(value) => setReason(value as ErasureReason)} />
      <Labelled label={e('many.confirm', { count: visitors })}>
        {(field) => (
          <input
            {...field}
            type="text"
            inputMode="numeric"
            class="input"
            autocomplete="off"
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        )}
      </Labelled>
      <button type="submit" class="cbtn bad" aria-disabled={!isReady || done !== null}>
        {done === null ? e('many.erase', { count: visitors }) : e('many.running', { done, count: visitors })}
      </button>
      {failure && (
        <Wrong>
          {failure.code === 'conflict'
            ? e('many.more')
            : e('failed', { why: failureWords(failure.code, failure.retryAfterSeconds) })}
        </Wrong>
      )}
    </form>
  );
}
