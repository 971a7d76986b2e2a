import { useState } from 'preact/hooks';
import type { BreachDecision, BreachEntry } from '../../../shared/papers.ts';
import { failureWords } from '../../errors.ts';
import { recordTime } from '../../format.ts';
import { Icon } from '../../ui/icons.tsx';
import type { DeskPageProps } from '../pages.ts';
import { Labelled, Select, Wrong } from '../parts.tsx';
import { p } from './words.ts';

interface BreachProps {
  breach: BreachEntry;
  ask: DeskPageProps['ask'];
  onDecided(breach: BreachEntry): void;
}

/** One breach: what was counted, by when it must be told, and what was decided. */
export function Breach({ breach, ask, onDecided }: BreachProps) {
  const address = `/api/agent/breaches/${breach.id}`;
  const where = breach.site ?? p('breach.all');
  const { persons, conversations } = breach;
  return (
    <article class="card" aria-label={p('breach.of', { time: recordTime(breach.detectedAt) })}>
      <h3>{p('breach.of', { time: recordTime(breach.detectedAt) })}</h3>
      <p class="quiet">{p('breach.window', { since: recordTime(breach.since), until: recordTime(breach.until) })}</p>
      <p class="quiet">{p('breach.reach', { persons, conversations, where })}</p>
      <ul class="breach-due">
        <Due words="breach.ownerBy" at={breach.ownerBy} isOpen={breach.state === 'open'} />
        {breach.authorityBy !== null && (
          <Due words="breach.authorityBy" at={breach.authorityBy} isOpen={breach.state === 'open'} />
        )}
      </ul>
      <div class="breach-do">
        <a class="cbtn" href={`${address}.html`} target="_blank" rel="noopener">
          <Icon name="eye" small />
          {p('breach.report')}
        </a>
        <a class="text-button" href={`${address}.md`} download>
          {p('markdown')}
        </a>
        <a class="text-button" href={`${address}.csv`} download>
          {p('breach.ids')}
        </a>
      </div>
      <Decide breach={breach} ask={ask} onDecided={onDecided} />
    </article>
  );
}

function Due({ words, at, isOpen }: { words: 'breach.ownerBy' | 'breach.authorityBy'; at: number; isOpen: boolean }) {
  const isLate = isOpen && at < Date.now();
  return (
    <li class={isLate ? 'late' : undefined}>
      <Icon name={isLate ? 'warn' : 'clock'} small />
      <span>
        {p(words, { time: recordTime(at) })}
        {isLate && `, ${p('breach.late')}`}
      </span>
    </li>
  );
}

const STATES: readonly BreachDecision['state'][] = ['open', 'notified', 'not_notified'];

function Decide({ breach, ask, onDecided }: BreachProps) {
  const [state, setState] = useState(breach.state);
  const [notes, setNotes] = useState(breach.notes);
  const [said, setSaid] = useState({ saved: false, wrong: '' });
  async function save(): Promise<void> {
    const decision: BreachDecision = { state, notes };
    const result = await ask<BreachEntry>(`breaches/${breach.id}/decide`, decision);
    if (result.ok) onDecided(result.data);
    const why = result.ok ? '' : failureWords(result.error.code, result.error.retryAfterSeconds);
    setSaid({ saved: result.ok, wrong: result.ok ? '' : p('breach.failed', { why }) });
  }
  return (
    <form
      class="desk-form"
      onInput={() => setSaid({ saved: false, wrong: '' })}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Select
        label={p('breach.state')}
        value={state}
        options={STATES.map((one) => [one, p(`state.${one}`)] as const)}
        onValue={(value) => setState(STATES.find((one) => one === value) ?? 'open')}
      />
      <Labelled label={p('breach.notes')} hint={p('breach.notesHint')} wide>
        {(field) => (
          <textarea
            {...field}
            class="input"
            rows={3}
            maxLength={10_000}
            value={notes}
            onInput={(event) => setNotes(event.currentTarget.value)}
          />
        )}
      </Labelled>
      {said.wrong && <Wrong>{said.wrong}</Wrong>}
      <button type="submit" class="cbtn">
        {p('breach.save')}
      </button>
      <p class="breach-saved" role="status">
        {said.saved ? p('breach.saved') : ''}
      </p>
    </form>
  );
}
