import { useEffect, useRef } from 'preact/hooks';
import { DEADLINE_PROFILES } from '../../../shared/deadlines.ts';
import { EXTENSION_REASONS } from '../../../shared/request-codes.ts';
import { Row } from '../../ui/Row.tsx';
import { Act } from './Act.tsx';
import { Answer } from './Answer.tsx';
import { Part, Select } from './fields.tsx';
import { CopyLetter } from './Letter.tsx';
import { Stand } from './Lines.tsx';
import { Person } from './Person.tsx';
import { Failure, type OneProps, useStep } from './step.tsx';
import { dayWords, options, q, receivedWords, stepWords, timeWords } from './words.ts';

/** One request from its beginning to its answer, in the order in which it is worked on. */
export function One(props: OneProps) {
  const { request } = props;
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus(), []);
  return (
    <div class="rq-one">
      <header class="rq-head">
        <h2 ref={head} tabIndex={-1}>
          {q(`kind.${request.kind}`)} <span class="code">{request.number}</span>
        </h2>
        <p>
          <Stand line={request} />
        </p>
      </header>
      <div class="rq-cols">
        <div class="rq-main">
          <Words {...props} />
          <Person {...props} />
          <Act {...props} />
          <Answer {...props} />
        </div>
        <div class="rq-side">
          <Due {...props} />
          <History {...props} />
        </div>
      </div>
    </div>
  );
}

function Words({ request }: OneProps) {
  const { words } = request;
  return (
    <Part title={q('section.words')}>
      {words === null ? (
        <p class="desk-text">{q('noWords')}</p>
      ) : (
        <>
          {words.text ? (
            <blockquote class="rq-text" dir="auto">
              {words.text}
            </blockquote>
          ) : (
            <p class="desk-text">{q('noText')}</p>
          )}
          <dl class="rows">
            {words.name && <Row label={q('name')}>{words.name}</Row>}
            <Row label={q('contact')}>{words.contact ?? request.subject?.form.email ?? q('noContact')}</Row>
          </dl>
        </>
      )}
    </Part>
  );
}

function Due(props: OneProps) {
  const { request } = props;
  const { due, status } = request;
  const change = useStep(props);
  const isOpen = status === 'open';
  return (
    <Part title={q('section.due')}>
      <dl class="rows">
        <Row label={q('received')}>
          {receivedWords(request.receivedAt)}, {q(`via.${request.via}`)}
        </Row>
        {due.acknowledge && (
          <Row label={q('confirmBy')}>
            {request.acknowledgedAt === null
              ? dayWords(due.acknowledge)
              : q('confirmed', { time: timeWords(request.acknowledgedAt) })}
          </Row>
        )}
        {due.answer && <Row label={q('answerBy')}>{dayWords(due.answer)}</Row>}
      </dl>
      {request.isStanding && request.identityAskedAt !== null && (
        <p class="desk-text">{q('standing', { time: timeWords(request.identityAskedAt) })}</p>
      )}
      {request.extension && (
        <p class="desk-text">
          {q('extended', { time: timeWords(request.extension.at), reason: q(`reason.${request.extension.reason}`) })}
        </p>
      )}
      <Failure change={change} />
      {isOpen && (
        <Select
          label={q('law')}
          hint={q('source', { source: request.source })}
          value={request.profile}
          options={options(DEADLINE_PROFILES, (law) => q(`law.${law}`))}
          onValue={(profile) => void change.step({ step: 'profile', profile })}
        />
      )}
      {isOpen && request.acknowledgedAt === null && (
        <div class="rq-do">
          <CopyLetter {...props} letter="acknowledgement" label={q('confirmLetter')} />
          <button type="button" class="cbtn" onClick={() => void change.step({ step: 'acknowledge' })}>
            {q('confirm')}
          </button>
        </div>
      )}
      {isOpen && due.extendBy && due.extended && (
        <details class="rq-more">
          <summary>{q('extend', { day: dayWords(due.extended) })}</summary>
          <p class="under">{q('extendHint', { day: dayWords(due.extendBy) })}</p>
          <div class="rq-do">
            {EXTENSION_REASONS.map((reason) => (
              <button key={reason} type="button" class="cbtn" onClick={() => void change.step({ step: 'extend', reason })}>
                {q(`reason.${reason}`)}
              </button>
            ))}
          </div>
        </details>
      )}
      {isOpen && request.extension && <CopyLetter {...props} letter="extension" label={q('extendLetter')} />}
    </Part>
  );
}

function History({ request }: OneProps) {
  return (
    <Part title={q('section.history')}>
      <ol class="rq-steps">
        {request.history.map((one, n) => (
          <li key={n}>
            <b>{stepWords(one)}</b>
            <span class="quiet">
              {timeWords(one.at)}, {one.by ?? q(one.step === 'received' ? 'by.person' : 'by.relay')}
            </span>
          </li>
        ))}
      </ol>
    </Part>
  );
}
