import { useState } from 'preact/hooks';
import type { BreachEntry, BreachRegister, BreachRequest } from '../../../shared/papers.ts';
import { failureWords } from '../../errors.ts';
import type { DeskPageProps } from '../pages.ts';
import { Empty, Failed, Labelled, PageHead, Select, Wrong } from '../parts.tsx';
import { useAsked } from '../use-asked.ts';
import { d } from '../words.ts';
import { Breach } from './Breach.tsx';
import { p } from './words.ts';
import '../../styles/papers.css';

/** The register of breaches: to count one, to report it in time, and to keep what was decided (PR-72). */
export function Breaches({ ask, connection }: DeskPageProps) {
  const found = useAsked<BreachRegister>(ask, connection, 'breaches');
  const register = found.data;
  const put = (breach: BreachEntry): void => {
    if (!register) return;
    const known = register.breaches.some(({ id }) => id === breach.id);
    const breaches = known
      ? register.breaches.map((one) => (one.id === breach.id ? breach : one))
      : [breach, ...register.breaches];
    found.put({ ...register, breaches });
  };
  return (
    <>
      <PageHead title={p('breach.title')} lead={p('breach.lead')} />
      <div class="desk-body">
        {found.failure && !register ? (
          <Failed failure={found.failure} onRetry={found.again} />
        ) : !register ? (
          <p class="quiet">{d('loading')}</p>
        ) : (
          <>
            <NewBreach ask={ask} sites={register.sites} onRecorded={put} />
            <section>
              <h3 class="desk-h3">{p('breach.register')}</h3>
              {register.breaches.length === 0 ? (
                <Empty icon="register" title={p('breach.empty')} text={p('breach.emptyText')} />
              ) : (
                <div class="breaches">
                  {register.breaches.map((breach) => (
                    <Breach key={breach.id} breach={breach} ask={ask} onDecided={put} />
                  ))}
                </div>
              )}
            </section>
          </>
        )}
      </div>
    </>
  );
}

interface NewBreachProps {
  ask: DeskPageProps['ask'];
  sites: BreachRegister['sites'];
  onRecorded(breach: BreachEntry): void;
}

/** Now, as a field for a local time takes it. */
function localNow(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function NewBreach({ ask, sites, onRecorded }: NewBreachProps) {
  const [times, setTimes] = useState({ since: '', until: '', detected: localNow() });
  const [site, setSite] = useState('');
  const [wrong, setWrong] = useState('');
  async function record(): Promise<void> {
    const [since, until, detectedAt] = [times.since, times.until, times.detected].map((time) => new Date(time).getTime());
    const isTime = (at: number | undefined): at is number => at !== undefined && !Number.isNaN(at);
    if (!isTime(since) || !isTime(until) || !isTime(detectedAt) || since >= until || detectedAt > Date.now())
      return setWrong(p('breach.order'));
    const request: BreachRequest = { since, until, detectedAt, site: site === '' ? null : site };
    const result = await ask<BreachEntry>('breaches', request, 60_000);
    setWrong(result.ok ? '' : p('breach.failed', { why: failureWords(result.error.code, result.error.retryAfterSeconds) }));
    if (result.ok) onRecorded(result.data);
  }
  const field = (name: keyof typeof times) => (
    <Labelled label={p(`breach.${name}`)}>
      {(ids) => (
        <input
          {...ids}
          class="input"
          type="datetime-local"
          value={times[name]}
          onInput={(event) => setTimes({ ...times, [name]: event.currentTarget.value })}
        />
      )}
    </Labelled>
  );
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        void record();
      }}
    >
      <h3>{p('breach.new')}</h3>
      <div class="desk-form">
        {field('since')}
        {field('until')}
        {field('detected')}
        <Select
          label={p('breach.site')}
          value={site}
          options={[['', p('breach.all')], ...sites.map(({ key, name }) => [key, name] as const)]}
          onValue={setSite}
        />
        <p class="quiet wide">{p('breach.hint')}</p>
        {wrong && <Wrong>{wrong}</Wrong>}
        <button type="submit" class="cbtn">
          {p('breach.record')}
        </button>
      </div>
    </form>
  );
}
