import { useState } from 'preact/hooks';
import type { RetentionDesk, RetentionPreview } from '../../../shared/retention.ts';
import type { ApiFailure } from '../../api.ts';
import { recordNumber, recordTime } from '../../format.ts';
import { Icon } from '../../ui/icons.tsx';
import type { DeskPageProps } from '../pages.ts';
import { Failed, PageHead } from '../parts.tsx';
import { useAsked } from '../use-asked.ts';
import { d } from '../words.ts';
import '../../styles/retention.css';
import { Holds } from './Holds.tsx';
import { Mode } from './Mode.tsx';
import { Periods } from './Periods.tsx';
import { byKeeper, countWords, dayCount, kindWords, w } from './words.ts';

/** How long everything is kept, what went by itself, and what is held back: to see that it works. */
export function Retention({ ask, connection }: DeskPageProps) {
  const asked = useAsked<RetentionDesk>(ask, connection, 'privacy/retention');
  const desk = asked.data;
  return (
    <>
      <PageHead title={w('title')} lead={w('lead')} />
      {!desk ? (
        asked.failure ? (
          <Failed failure={asked.failure} onRetry={asked.again} />
        ) : (
          <p class="desk-quiet">{d('loading')}</p>
        )
      ) : (
        <div class="keep">
          <State desk={desk} />
          <section class="keep-part" aria-labelledby="keep-due">
            <h3 id="keep-due">{w('due')}</h3>
            <Preview ask={ask} />
            <Oldest desk={desk} />
          </section>
          <Periods desk={desk} />
          <Mode desk={desk} ask={ask} onDone={asked.put} />
          <Holds holds={desk.holds} ask={ask} onLifted={asked.again} />
          <Runs desk={desk} />
        </div>
      )}
    </>
  );
}

/** Is it late? Said first, in words; a colour alone says nothing. */
function State({ desk: { ranAt, isLate, overdue } }: { desk: RetentionDesk }) {
  const time = recordTime(ranAt);
  if (ranAt === 0) return <Said tone="off" title={w('late.title')} text={w('late.never')} />;
  if (isLate) return <Said tone="off" title={w('late.title')} text={w('late.text', { time })} />;
  if (overdue.length > 0) {
    const kinds = overdue.map(kindWords).join(', ');
    return <Said tone="off" title={w('overdue.title', { kinds })} text={w('overdue.text')} />;
  }
  return <Said tone="yes" title={w('good.title')} text={w('good.text', { time })} />;
}

function Said({ tone, title, text }: { tone: 'yes' | 'off'; title: string; text: string }) {
  return (
    <p class={`keep-state ${tone}`} role="status">
      <Icon name={tone === 'yes' ? 'check' : 'warn'} />
      <span>
        <b>{title}</b> {text}
      </span>
    </p>
  );
}

function Preview({ ask }: Pick<DeskPageProps, 'ask'>) {
  const [found, setFound] = useState<RetentionPreview | 'running' | null>(null);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  async function count(): Promise<void> {
    if (found === 'running') return;
    setFound('running');
    const answer = await ask<RetentionPreview>('privacy/retention/preview', undefined, 60_000);
    setFailure(answer.ok ? null : answer.error);
    setFound(answer.ok ? answer.data : null);
  }
  return (
    <>
      <p class="desk-text">{w('due.lead')}</p>
      <div class="keep-do">
        <button type="button" class="cbtn" onClick={() => void count()}>
          {w(found === 'running' ? 'due.running' : 'due.run')}
        </button>
        <span role="status" class="keep-found">
          {found !== null && found !== 'running' && <Found found={found} />}
        </span>
      </div>
      {failure && <Failed failure={failure} onRetry={() => void count()} />}
    </>
  );
}

function Found({ found: { counts, conversations, held, more } }: { found: RetentionPreview }) {
  const { talks, own } = byKeeper(counts);
  const said = [
    Object.keys(counts).length === 0 ? w('due.none') : '',
    Object.keys(talks).length > 0 ? `${countWords(talks)}, ${w('due.talks', { count: conversations })}.` : '',
    Object.keys(own).length > 0 ? w('due.own', { counts: countWords(own) }) : '',
    held > 0 ? w('due.held', { count: held }) : '',
    more ? w('due.more') : '',
  ];
  return <>{said.filter((one) => one !== '').join(' ')}</>;
}

/** Ages as a share of their period: the bar never runs over. */
function Oldest({ desk: { oldest, overdue } }: { desk: RetentionDesk }) {
  return (
    <>
      <h4>{w('oldest')}</h4>
      {oldest.length === 0 ? (
        <p class="quiet">{w('oldest.none')}</p>
      ) : (
        <dl class="keep-oldest">
          {oldest.map(({ kind, age, period }) => (
            <div key={kind}>
              <dt>{kindWords(kind)}</dt>
              <dd>
                <span class={overdue.includes(kind) ? 'keep-bar over' : 'keep-bar'} aria-hidden="true">
                  <i style={{ width: `${Math.min(100, Math.round((age / Math.max(1, period)) * 100))}%` }} />
                </span>
                {w('oldest.of', { count: dayCount(age), period: w('days', { count: dayCount(period) }) })}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

function Runs({ desk: { runs } }: { desk: RetentionDesk }) {
  return (
    <section class="keep-part" aria-labelledby="keep-runs">
      <h3 id="keep-runs">{w('runs')}</h3>
      {runs.length === 0 ? (
        <p class="quiet">{w('runs.none')}</p>
      ) : (
        <ul class="keep-runs">
          {runs.map(({ id, at, took, byRelay, counts, failed }) => (
            <li key={id}>
              <time dateTime={new Date(at).toISOString()}>{recordTime(at)}</time>
              <span>
                {Object.keys(counts).length > 0 ? countWords(counts) : w('runs.nothing')}
                {!byRelay && `, ${w('runs.byHand')}`}
                {failed > 0 && <span class="keep-wrong">, {w('runs.failed', { count: failed })}</span>}
              </span>
              <span class="quiet">{recordNumber(took)} ms</span>
            </li>
          ))}
        </ul>
      )}
      <p class="quiet">{w('runs.quiet')}</p>
    </section>
  );
}
