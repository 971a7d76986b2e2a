import type { DeliveryView } from '../../../shared/webhooks.ts';
import { recordTime } from '../../format.ts';
import { outcomeWords, r } from './words.ts';

const short = (at: number | null): string => (at === null ? '' : recordTime(at).replace(' UTC', ''));

function stateWords({ state, attempts, nextAt, confirmedAt, lastOutcome }: DeliveryView): string {
  if (state === 'confirmed') return r('state.confirmed', { time: short(confirmedAt) });
  if (state === 'dropped') return r('state.dropped');
  if (state === 'accepted') return r('state.accepted', { next: short(nextAt) });
  if (attempts === 0) return r('state.waitingFirst');
  const waits = r('state.waiting', { attempts, next: short(nextAt) });
  return lastOutcome === null ? waits : `${waits}: ${outcomeWords(lastOutcome)}`;
}

const LOOK = { confirmed: 'st yes', accepted: 'st old', waiting: 'st old', dropped: 'st off' } as const;

/** Everything that was to be told, the newest first, and how far it has come. */
export function Log({ deliveries, onRetry }: { deliveries: DeliveryView[]; onRetry(id: string): void }) {
  return (
    <section aria-labelledby="told-log">
      <h3 id="told-log" class="desk-h3">
        {r('log.title')}
      </h3>
      {deliveries.length === 0 ? (
        <p class="quiet">{r('log.empty')}</p>
      ) : (
        <table class="reg plain told-log">
          <thead>
            <tr>
              {(['when', 'who', 'what', 'state', 'do'] as const).map((column) => (
                <th key={column} scope="col">
                  {column === 'do' ? <span class="sr">{r('log.do')}</span> : r(`log.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {deliveries.map((one) => (
              <tr key={one.id}>
                <td>{short(one.createdAt)}</td>
                <td>{one.recipient}</td>
                <td>{r(`event.${one.event}`)}</td>
                <td class="told-state">
                  <span class={LOOK[one.state]}>{stateWords(one)}</span>
                </td>
                <td>
                  {one.nextAt !== null && (
                    <button
                      type="button"
                      class="text-button"
                      aria-label={r('retryOf', { what: r(`event.${one.event}`), name: one.recipient })}
                      onClick={() => onRetry(one.id)}
                    >
                      {r('retry')}
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
