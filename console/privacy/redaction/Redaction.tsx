import { useEffect, useState } from 'preact/hooks';
import type { RedactionDesk } from '../../../shared/owner-api.ts';
import type { RedactionMode, RedactionRules } from '../../../shared/redaction/redaction.ts';
import type { ApiFailure, ApiResult } from '../../api.ts';
import { failureWords } from '../../errors.ts';
import type { DeskPageProps } from '../pages.ts';
import { Choice, Failed, PageHead } from '../parts.tsx';
import { useAsked } from '../use-asked.ts';
import { d } from '../words.ts';
import { Own } from './Own.tsx';
import { isUsable, sparedFault, sparedLines } from './sheet.ts';
import { TryIt } from './TryIt.tsx';
import { x } from './words.ts';

/** What is taken out of what people write, before it is stored: each site's own word on it. */
export function Redaction({ ask, connection, rest }: DeskPageProps) {
  const desk = useAsked<RedactionDesk>(ask, connection, 'redaction');
  const [chosen, choose] = useState(rest);
  const sites = desk.data?.sites ?? [];
  const site = sites.find(({ key }) => key === chosen) ?? sites[0];
  return (
    <>
      <PageHead title={x('title')} lead={x('lead')}>
        {sites.length > 1 && (
          <Choice
            label={x('site')}
            value={site?.key ?? ''}
            options={sites.map(({ key, name }) => [key, name] as const)}
            onChange={choose}
          />
        )}
      </PageHead>
      {desk.failure && !desk.data ? (
        <Failed failure={desk.failure} onRetry={desk.again} />
      ) : !site ? (
        <p class="desk-quiet">{d('loading')}</p>
      ) : (
        <Rules
          key={site.key}
          rules={site.rules}
          onSave={(rules) => ask<RedactionDesk>(`redaction/${site.key}`, rules)}
          onSaved={desk.put}
        />
      )}
    </>
  );
}

interface RulesProps {
  rules: RedactionRules;
  onSave(rules: RedactionRules): Promise<ApiResult<RedactionDesk>>;
  onSaved(desk: RedactionDesk): void;
}

type Standing = { is: 'saved' | 'unsaved' | 'mend' | '' } | { is: 'failed'; failure: ApiFailure };

function Rules({ rules: stored, onSave, onSaved }: RulesProps) {
  const [rules, setRules] = useState(stored);
  const [standing, setStanding] = useState<Standing>({ is: '' });
  const [busy, setBusy] = useState(false);
  const change = (part: Partial<RedactionRules>): void => {
    setRules({ ...rules, ...part });
    setStanding({ is: 'unsaved' });
  };
  // What was typed is not lost by a tab that is closed by mistake.
  useEffect(() => {
    if (standing.is === '' || standing.is === 'saved') return undefined;
    const hold = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener('beforeunload', hold);
    return () => removeEventListener('beforeunload', hold);
  }, [standing.is]);

  async function save(event: Event): Promise<void> {
    event.preventDefault();
    if (busy) return;
    if (!isUsable(rules)) return setStanding({ is: 'mend' });
    setBusy(true);
    const result = await onSave(rules);
    setBusy(false);
    setStanding(result.ok ? { is: 'saved' } : { is: 'failed', failure: result.error });
    if (result.ok) onSaved(result.data);
  }

  return (
    <form class="red" onSubmit={(event) => void save(event)} noValidate>
      <div class="red-main">
        <fieldset>
          <legend>{x('kinds')}</legend>
          <Kind id="cards" value={rules.cards} onValue={(cards) => change({ cards })} />
          <Kind id="ibans" value={rules.ibans} onValue={(ibans) => change({ ibans })} />
          <p class="under">{x('modes')}</p>
        </fieldset>
        <Own own={rules.own} isTold={standing.is === 'mend'} onOwn={(own) => change({ own })} />
        <Spared spared={rules.spared} onSpared={(spared) => change({ spared })} />
      </div>
      <TryIt rules={rules} />
      <footer class="red-foot">
        <button type="submit" class="cbtn main" aria-disabled={busy || undefined}>
          {x('save')}
        </button>
        <p role="status" class={standing.is === 'mend' || standing.is === 'failed' ? 'wrong-text' : 'under'}>
          {standing.is === 'failed'
            ? x('notSaved', { why: failureWords(standing.failure.code, standing.failure.retryAfterSeconds) })
            : standing.is !== '' && x(standing.is)}
        </p>
      </footer>
    </form>
  );
}

const MODES = ['remove', 'ask', 'off'] as const;

function Kind({ id, value, onValue }: { id: 'cards' | 'ibans'; value: RedactionMode; onValue(value: RedactionMode): void }) {
  return (
    <div class="red-kind">
      <div>
        <label for={`red-${id}`}>{x(id)}</label>
        <p class="under" id={`red-${id}-hint`}>
          {x(`${id}Hint`)}
        </p>
      </div>
      <select
        class="input"
        id={`red-${id}`}
        aria-describedby={`red-${id}-hint`}
        value={value}
        onChange={(event) => onValue(event.currentTarget.value as RedactionMode)}
      >
        {MODES.map((mode) => (
          <option key={mode} value={mode}>
            {x(`mode.${mode}`)}
          </option>
        ))}
      </select>
    </div>
  );
}

function Spared({ spared, onSpared }: { spared: readonly string[]; onSpared(spared: string[]): void }) {
  const [text, setText] = useState(spared.join('\n'));
  const fault = sparedFault(spared);
  return (
    <fieldset>
      <legend>
        <label for="red-spared">{x('spared')}</label>
      </legend>
      <p class="under" id="red-spared-hint">
        {x('sparedHint')}
      </p>
      <textarea
        class="input"
        id="red-spared"
        rows={2}
        spellcheck={false}
        aria-invalid={fault ? 'true' : undefined}
        aria-describedby="red-spared-hint red-spared-wrong"
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          onSpared(sparedLines(event.currentTarget.value));
        }}
      />
      <p class="wrong-text" id="red-spared-wrong">
        {fault}
      </p>
    </fieldset>
  );
}
