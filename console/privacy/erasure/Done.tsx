import { useState } from 'preact/hooks';
import type { ErasureLine, ErasureList } from '../../../shared/erasures.ts';
import type { ApiFailure, Ask } from '../../api.ts';
import { recordTime } from '../../format.ts';
import { Empty, Failed } from '../parts.tsx';
import type { Asked } from '../use-asked.ts';
import { d } from '../words.ts';
import { e } from './words.ts';

/** Every erasure so far, each with its certificate. */
export function Done({ ask, list }: { ask: Ask; list: Asked<ErasureList> }) {
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const { data } = list;
  if (!data) return list.failure ? <Failed failure={list.failure} onRetry={list.again} /> : <p class="quiet">{d('loading')}</p>;
  if (data.lines.length === 0) return <Empty icon="trash" title={e('list.empty')} text={e('list.emptyText')} />;

  async function more(): Promise<void> {
    const next = await ask<ErasureList>('erasures/list', { before: data?.next });
    setFailure(next.ok ? null : next.error);
    if (next.ok) list.put({ ...next.data, lines: [...(data?.lines ?? []), ...next.data.lines] });
  }

  return (
    <section aria-labelledby="done-title">
      <h3 id="done-title" class="desk-h3">
        {e('list.title')}
      </h3>
      <table class="reg plain">
        <thead>
          <tr>
            {(['when', 'what', 'by', 'reason', 'site', 'entry', 'certificate'] as const).map((column) => (
              <th key={column} scope="col">
                {e(`list.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.lines.map((line) => (
            <Line key={line.id} line={line} />
          ))}
        </tbody>
      </table>
      {failure && <Failed failure={failure} onRetry={() => void more()} />}
      {data.next && !failure && (
        <button type="button" class="more cbtn" onClick={() => void more()}>
          {d('more')}
        </button>
      )}
    </section>
  );
}

function Line({ line: { site, seq, at, by, reason, of } }: { line: ErasureLine }) {
  return (
    <tr>
      <td>{recordTime(at).replace(' UTC', '')}</td>
      <td>{e(`of.${of}`)}</td>
      <td>{e(`by.${by}`)}</td>
      <td>{e(`reason.${reason}`)}</td>
      <td>{site}</td>
      <td class="code">{seq}</td>
      <td>
        <a href={`/api/agent/erasures/certificate/${site}/${seq}`} download aria-label={e('list.saveOf', { seq })}>
          {e('list.save')}
        </a>
      </td>
    </tr>
  );
}
