import { useState } from 'preact/hooks';
import type { RequestKind } from '../../../shared/deadlines.ts';
import type { ErrorBody } from '../../../shared/errors.ts';
import type { Done, DoRequest, RequestDetail, RequestPreview } from '../../../shared/requests.ts';
import { RESTRICTION_GROUNDS, type RestrictionGround } from '../../../shared/restriction.ts';
import type { ApiFailure } from '../../api.ts';
import { tableWords } from '../erasure/words.ts';
import { Left } from '../Left.tsx';
import { Part, Select, Text } from './fields.tsx';
import { saveBlob, saveText } from './Letter.tsx';
import { Failure, type OneProps } from './step.tsx';
import { useChange } from './use-change.ts';
import { options, q, timeWords } from './words.ts';

/** Kinds that the relay carries out; the rest is done by people. */
type Kind = Exclude<RequestKind, 'complaint' | 'other'>;
const isCarriedOut = (kind: RequestKind): kind is Kind => kind !== 'complaint' && kind !== 'other';

/** What was asked for, done: first what it touches, then the press, then what came of it. */
export function Act(props: OneProps) {
  const { request } = props;
  const [done, setDone] = useState<Done | null>(null);
  if (!isCarriedOut(request.kind))
    return request.status === 'open' ? (
      <Part title={q('section.do')}>
        <p class="desk-text">{q('about.hand')}</p>
      </Part>
    ) : null;
  if (request.status === 'answered' && request.actedAt === null) return null;
  return (
    <Part title={q('section.do')}>
      {request.actedAt !== null && <p class="desk-text">{q('done', { time: timeWords(request.actedAt) })}</p>}
      {done && <Outcome done={done} />}
      {request.status === 'open' && (
        // Another person, other fields: what was filled in before somebody was found would empty theirs.
        <Ready key={request.subject?.visitorId ?? ''} {...props} kind={request.kind} onDone={setDone} />
      )}
    </Part>
  );
}

function Outcome({ done: { contact, certificate, request } }: { done: Done }) {
  if (!certificate) return null;
  return (
    <div class="rq-outcome" role="status">
      <p class="desk-text">{q('certificate', { id: certificate.erasure_id })}</p>
      {contact && <p class="desk-text">{q('contactOnce', { contact })}</p>}
      <button
        type="button"
        class="cbtn"
        onClick={() => saveText(`${request.number}-certificate.json`, `${JSON.stringify(certificate, null, 2)}\n`)}
      >
        {q('saveCertificate')}
      </button>
    </div>
  );
}

function Ready({ kind, onDone, ...props }: OneProps & { kind: Kind; onDone(done: Done): void }) {
  const { request, ask, onChange } = props;
  const change = useChange(ask);
  const [preview, setPreview] = useState<RequestPreview | null>(null);
  const [form, setForm] = useState({ name: request.subject?.form.name ?? '', email: request.subject?.form.email ?? '' });
  const [because, setBecause] = useState<RestrictionGround>('request');
  const [isSure, setSure] = useState(false);
  const [missed, setMissed] = useState<ApiFailure | null>(null);
  if (request.person !== 'found') return <p class="desk-text">{q('about.unknown')}</p>;
  // A copy can be made again; all else is done once.
  if (!request.canDo) return request.actedAt === null ? <p class="desk-text">{q('about.hand')}</p> : null;
  if (request.actedAt !== null && kind !== 'access') return null;

  async function act(): Promise<void> {
    if (kind === 'access') return void (await copy());
    const body: DoRequest = { id: request.id, ...(kind === 'rectify' && { form }), ...(kind === 'restrict' && { because }) };
    const done = await change.send<Done>('requests/do', body);
    setSure(false);
    if (!done) return;
    onDone(done);
    onChange(done.request);
  }
  async function show(): Promise<boolean> {
    const found = await change.send<RequestPreview>('requests/preview', { id: request.id });
    setPreview(found);
    return found !== null;
  }
  /** What would go is shown before it is asked for. */
  async function makeSure(): Promise<void> {
    if (preview || (await show())) setSure(true);
  }
  async function copy(): Promise<void> {
    const zip = await fetchArchive(request.id);
    setMissed(zip instanceof Blob ? null : zip);
    if (!(zip instanceof Blob)) return;
    saveBlob(`${request.number}.zip`, zip);
    const next = await ask<RequestDetail>(`requests/one/${request.id}`);
    if (next.ok) onChange(next.data);
  }
  return (
    <>
      <p class="desk-text">{q(`about.${kind}`)}</p>
      {kind === 'rectify' && (
        <div class="rq-pair">
          <Text label={q('form.name')} value={form.name} onValue={(name) => setForm({ ...form, name })} />
          <Text label={q('form.email')} type="email" value={form.email} onValue={(email) => setForm({ ...form, email })} />
        </div>
      )}
      {kind === 'restrict' && (
        <Select
          label={q('because')}
          value={because}
          options={options(RESTRICTION_GROUNDS, (one) => q(`because.${one}`))}
          onValue={(one) => setBecause(one)}
        />
      )}
      {preview && <Preview preview={preview} kind={kind} />}
      {change.failure?.fields?.purposes ? (
        <p class="wrong-sum" role="alert">
          {q('nothingToStop')}
        </p>
      ) : (
        <Failure change={{ failure: change.failure ?? missed }} />
      )}
      <div class="rq-do">
        {kind !== 'rectify' && !preview && (
          <button type="button" class="cbtn" onClick={() => void show()}>
            {q('preview')}
          </button>
        )}
        {kind === 'erase' && isSure ? (
          <fieldset class="rq-sure">
            <legend>{q('erase.sure')}</legend>
            <button type="button" class="cbtn" onClick={() => setSure(false)}>
              {q('erase.keep')}
            </button>
            <button type="button" class="cbtn rq-bad" aria-disabled={change.busy} onClick={() => void act()}>
              {q(change.busy ? 'doing' : 'do.erase')}
            </button>
          </fieldset>
        ) : (
          <button
            type="button"
            class={request.actedAt === null ? 'cbtn main' : 'cbtn'}
            aria-disabled={change.busy}
            onClick={() => void (kind === 'erase' ? makeSure() : act())}
          >
            {q(change.busy ? 'doing' : `do.${kind}`)}
          </button>
        )}
      </div>
    </>
  );
}

function Preview({ preview, kind }: { preview: RequestPreview; kind: Kind }) {
  const rows = Object.entries(preview.counts).filter(([, count]) => count > 0);
  return (
    <div role="status">
      {kind === 'withdraw' || kind === 'object' ? (
        <p class="desk-text">
          {preview.purposes.length === 0
            ? q(kind === 'object' ? 'nothingToStop' : 'preview.noPurposes')
            : q(kind === 'object' ? 'preview.stops' : 'preview.purposes', { purposes: preview.purposes.join(', ') })}
        </p>
      ) : (
        <table class="rq-counts">
          <thead>
            <tr>
              <th scope="col">{q('table')}</th>
              <th scope="col">{q('count')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([table, count]) => (
              <tr key={table}>
                <th scope="row">{tableWords(table)}</th>
                <td>{count}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {kind === 'erase' && <p class="under">{q('preview.entries', { count: preview.entries })}</p>}
      {kind === 'erase' && <Left survivors={preview.survivors} />}
      {kind === 'erase' && (preview.counts.legal_hold ?? 0) > 0 && <p class="strip">{q('preview.held')}</p>}
    </div>
  );
}

/** A ZIP is no JSON: it is fetched by itself. */
async function fetchArchive(id: string): Promise<Blob | ApiFailure> {
  try {
    const answer = await fetch('/api/agent/requests/archive', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id }),
    });
    return answer.ok ? await answer.blob() : ((await answer.json()) as ErrorBody).error;
  } catch {
    return { code: 'no_answer' };
  }
}
