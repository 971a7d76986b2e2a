import { useState } from 'preact/hooks';
import type { RetentionDesk } from '../../../shared/retention.ts';
import type { ApiFailure, Ask } from '../../api.ts';
import { failureWords } from '../../errors.ts';
import { w } from './words.ts';

interface ModeProps {
  desk: RetentionDesk;
  ask: Ask;
  onDone(desk: RetentionDesk): void;
}

/** Erase or redact, by site. It is saved as it is chosen, and says so. */
export function Mode({ desk, ask, onDone }: ModeProps) {
  const [saved, setSaved] = useState<string | null>(null);
  const [failure, setFailure] = useState<ApiFailure | null>(null);

  async function choose(site: string, whenDue: 'erase' | 'redact'): Promise<void> {
    const answer = await ask<RetentionDesk>('privacy/retention/mode', { site, whenDue });
    setFailure(answer.ok ? null : answer.error);
    setSaved(answer.ok ? site : null);
    if (answer.ok) onDone(answer.data);
  }

  return (
    <section class="keep-part" aria-labelledby="keep-mode">
      <h3 id="keep-mode">{w('mode')}</h3>
      {desk.sites.map(({ key, name, whenDue }) => (
        <fieldset key={key} class="keep-mode">
          <legend class={desk.sites.length > 1 ? '' : 'sr'}>{name}</legend>
          {(['erase', 'redact'] as const).map((one) => (
            <label key={one}>
              <input
                type="radio"
                name={`mode-${key}`}
                checked={whenDue === one}
                onChange={() => void choose(key, one)}
                aria-describedby={`mode-${key}-${one}`}
              />
              <span>
                {w(`mode.${one}`)}
                <small id={`mode-${key}-${one}`}>{w(`mode.${one}Text`)}</small>
              </span>
            </label>
          ))}
          <p role="status" class="quiet">
            {saved === key && w('mode.saved')}
          </p>
        </fieldset>
      ))}
      {failure && (
        <p class="row-wrong" role="alert">
          {w('mode.failed', { why: failureWords(failure.code, failure.retryAfterSeconds) })}
        </p>
      )}
    </section>
  );
}
