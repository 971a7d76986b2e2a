import { useState } from 'preact/hooks';
import type { ObjectionView } from '../../../shared/restriction.ts';
import { recordTime } from '../../format.ts';
import { Labelled, Select } from '../parts.tsx';
import { w } from './words.ts';

const WAYS = ['upheld', 'compelling_grounds', 'legal_claims'] as const;
type Decision = (typeof WAYS)[number];

interface ObjectionProps {
  objection: ObjectionView;
  onDecide(body: object): Promise<boolean>;
}

/** One objection: until it is weighed its purpose stands still. */
export function Objection({ objection, onDecide }: ObjectionProps) {
  const { id, name, at, state, decidedAt, reason, answer, isGate, visitorId, site } = objection;
  const [how, setHow] = useState<Decision>('upheld');
  const [text, setText] = useState('');
  const decided = decidedAt === null ? '' : recordTime(decidedAt);
  return (
    <article class="card told-one">
      <h4>{w('objected', { name, time: recordTime(at) })}</h4>
      <p class="code">
        {site} · {visitorId}
      </p>
      {isGate && <p class="quiet">{w('gate')}</p>}
      {state === 'upheld' && <p class="st yes">{w('upheld', { time: decided })}</p>}
      {state === 'overruled' && (
        <p class="st old">{w('overruled', { time: decided, reason: w(`reason.${reason ?? 'compelling_grounds'}`) })}</p>
      )}
      {answer !== null && <p dir="auto">{answer}</p>}
      {state === 'pending' && (
        <form
          class="desk-form"
          onSubmit={(event) => {
            event.preventDefault();
            const decision = how === 'upheld' ? { state: 'upheld' } : { state: 'overruled', reason: how };
            void onDecide({ id, ...decision, answer: text });
          }}
        >
          <p class="st old wide">{w('pending')}</p>
          <Select
            label={w('decide.how')}
            value={how}
            options={WAYS.map((one) => [one, w(`decide.${one}`)] as const)}
            onValue={(value) => setHow(value as Decision)}
            wide
          />
          <Labelled label={w('decide.answer')} hint={w('decide.hint')} wide>
            {(field) => (
              <textarea
                {...field}
                class="input"
                rows={3}
                required
                maxLength={2000}
                value={text}
                onInput={(event) => setText(event.currentTarget.value)}
              />
            )}
          </Labelled>
          <button type="submit" class="cbtn">
            {w('decide.do')}
          </button>
        </form>
      )}
    </article>
  );
}
