import { useState } from 'preact/hooks';
import type { Hold } from '../../../shared/retention.ts';
import type { ApiFailure, Ask } from '../../api.ts';
import { failureWords } from '../../errors.ts';
import { dateWords } from '../../kept/words.ts';
import { w } from './words.ts';

/** What is kept beyond its time: why, by whose word, and until when. */
export function Holds({ holds, ask, onLifted }: { holds: Hold[]; ask: Ask; onLifted(): void }) {
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  async function lift(conversationId: string): Promise<void> {
    const answer = await ask('privacy/retention/lift', { conversationId });
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) onLifted();
  }
  return (
    <section class="keep-part" aria-labelledby="keep-holds">
      <h3 id="keep-holds">{w('holds')}</h3>
      {holds.length === 0 ? (
        <p class="quiet">{w('holds.none')}</p>
      ) : (
        <ul class="keep-holds">
          {holds.map(({ conversationId, reason, by, setAt, until }) => (
            <li key={conversationId}>
              <div>
                <b>{w('holds.until', { date: dateWords(until) })}</b>
                <p>
                  <bdi class="due-reason">{reason}</bdi>
                </p>
                <small>{w('holds.by', { name: by, date: dateWords(setAt) })}</small>
              </div>
              <span class="keep-do">
                <a class="cbtn" href={`#c=${conversationId}`}>
                  {w('holds.open')}
                </a>
                <button type="button" class="cbtn" onClick={() => void lift(conversationId)}>
                  {w('holds.lift')}
                </button>
              </span>
            </li>
          ))}
        </ul>
      )}
      {failure && (
        <p class="row-wrong" role="alert">
          {w('holds.failed', { why: failureWords(failure.code, failure.retryAfterSeconds) })}
        </p>
      )}
    </section>
  );
}
