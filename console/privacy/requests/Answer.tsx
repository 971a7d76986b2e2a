import { useState } from 'preact/hooks';
import { GROUNDS, type Ground, OUTCOMES, type Outcome, SENT_BY, type SentBy } from '../../../shared/request-codes.ts';
import type { DraftAnswer, RequestDetail, SentAnswer } from '../../../shared/requests.ts';
import { Area, Part, Select } from './fields.tsx';
import { copyText, saveText } from './Letter.tsx';
import { Failure, type OneProps } from './step.tsx';
import { useChange } from './use-change.ts';
import { options, q, timeWords } from './words.ts';

/** The letter: written from what was done, changed by whoever sends it, and noted once it went. */
export function Answer(props: OneProps) {
  const { request } = props;
  const { outcome, sentBy, answeredAt } = request;
  return (
    <Part title={q('section.answer')}>
      {outcome && sentBy && answeredAt !== null ? (
        <>
          <p class="desk-text">
            {q('answeredAt', { outcome: q(`outcome.${outcome}`), sent: q(`sent.${sentBy}`), time: timeWords(answeredAt) })}
          </p>
          {request.words?.answer && <pre class="rq-sent">{request.words.answer}</pre>}
        </>
      ) : (
        <Write key={request.person} {...props} />
      )}
    </Part>
  );
}

const firstOutcome = ({ person }: RequestDetail): Outcome => (person === 'none' ? 'not_identified' : 'done');

function Write({ request, ask, onChange }: OneProps) {
  const [outcome, setOutcome] = useState<Outcome>(firstOutcome(request));
  const [ground, setGround] = useState<Ground>('unfounded');
  const [sentBy, setSentBy] = useState<SentBy>(request.via === 'letter' ? 'letter' : 'email');
  const [text, setText] = useState<string | null>(null);
  const [copied, setCopied] = useState(false);
  const change = useChange(ask);
  const isLess = outcome === 'partly' || outcome === 'refused';
  const why = isLess ? ground : null;
  const isUnfinished = change.failure?.fields?.text === 'unfinished';
  async function write(): Promise<void> {
    const body: DraftAnswer = { id: request.id, letter: 'answer', outcome, ground: why };
    const draft = await change.send<{ text: string }>('requests/draft', body);
    if (draft) setText(draft.text);
    setCopied(false);
  }
  async function close(): Promise<void> {
    const body: SentAnswer = { id: request.id, outcome, ground: why, sentBy, text: text ?? '' };
    const next = await change.send<RequestDetail>('requests/answer', body);
    if (next) onChange(next);
  }
  return (
    <>
      <div class="rq-pair">
        <Select
          label={q('outcome')}
          value={outcome}
          options={options(OUTCOMES, (one) => q(`outcome.${one}`))}
          onValue={(one) => {
            setOutcome(one);
            setText(null);
          }}
        />
        {isLess && (
          <Select
            label={q('ground')}
            value={ground}
            options={options(GROUNDS, (one) => q(`ground.${one}`))}
            onValue={(one) => {
              setGround(one);
              setText(null);
            }}
          />
        )}
      </div>
      {!isUnfinished && <Failure change={change} />}
      {text === null ? (
        <div class="rq-do">
          <button type="button" class="cbtn" onClick={() => void write()}>
            {q('write')}
          </button>
        </div>
      ) : (
        <>
          <Area
            label={q('letter')}
            hint={q('letterHint')}
            rows={18}
            value={text}
            wrong={isUnfinished ? q('unfinished') : null}
            onValue={(next) => {
              setText(next);
              setCopied(false);
            }}
          />
          <div class="rq-do">
            <button type="button" class="cbtn" onClick={() => void copyText(text).then(setCopied)}>
              {q('copy')}
            </button>
            <button type="button" class="cbtn" onClick={() => saveText(`${request.number}.txt`, text)}>
              {q('save')}
            </button>
            <button type="button" class="text-button" onClick={() => void write()}>
              {q('rewrite')}
            </button>
            <span role="status">{copied && q('copied')}</span>
          </div>
          <div class="rq-end">
            <Select
              label={q('sentBy')}
              value={sentBy}
              options={options(SENT_BY, (one) => q(`sent.${one}`))}
              onValue={(one) => setSentBy(one)}
            />
            <button
              type="button"
              class={request.actedAt !== null || !request.canDo ? 'cbtn main' : 'cbtn'}
              aria-disabled={change.busy}
              onClick={() => void close()}
            >
              {q('close')}
            </button>
          </div>
        </>
      )}
    </>
  );
}
