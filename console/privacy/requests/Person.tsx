import { useState } from 'preact/hooks';
import type { FindPerson, FoundPerson } from '../../../shared/requests.ts';
import { Row } from '../../ui/Row.tsx';
import { Part, Text } from './fields.tsx';
import { CopyLetter } from './Letter.tsx';
import { Failure, type OneProps, useStep } from './step.tsx';
import { q, timeWords } from './words.ts';

/** Whose data it is: found by what only the chat holds, or known from the start (PR-52). */
export function Person(props: OneProps) {
  const { request } = props;
  const change = useStep(props);
  return (
    <Part title={q('section.person')}>
      {request.subject ? <Known {...props} /> : request.person === 'found' ? <p class="desk-text">{q('person.gone')}</p> : null}
      {request.person === 'none' && <p class="desk-text">{q('person.isNone')}</p>}
      {request.identityAskedAt !== null && (
        <p class="desk-text">
          {request.identityGivenAt === null
            ? q('identityAsked', { time: timeWords(request.identityAskedAt) })
            : q('identityGiven', { time: timeWords(request.identityGivenAt) })}
        </p>
      )}
      {request.status === 'open' && request.person !== 'found' && <Find {...props} />}
      <Failure change={change} />
      {request.status === 'open' && request.person === 'unknown' && (
        <div class="rq-do">
          <CopyLetter {...props} letter="identity" label={q('identityLetter')} />
          {request.identityAskedAt === null && (
            <button type="button" class="cbtn" onClick={() => void change.step({ step: 'ask_identity' })}>
              {q('askIdentity')}
            </button>
          )}
          <button type="button" class="cbtn" onClick={() => void change.step({ step: 'nobody' })}>
            {q('nobody')}
          </button>
        </div>
      )}
      {request.status === 'open' && request.person !== 'unknown' && request.actedAt === null && (
        <button type="button" class="text-button" onClick={() => void change.step({ step: 'let_go' })}>
          {q('letGo')}
        </button>
      )}
    </Part>
  );
}

function Known({ request }: OneProps) {
  const { subject, identifiedBy } = request;
  if (!subject) return null;
  return (
    <>
      {identifiedBy && <p class="desk-text">{q(`known.${identifiedBy}`)}</p>}
      <dl class="rows">
        <Row label={q('form.name')}>{subject.form.name ?? '–'}</Row>
        <Row label={q('form.email')}>{subject.form.email ?? '–'}</Row>
        <Row label={q('pseudonym')}>
          <span class="code">{subject.visitorId}</span>
        </Row>
        {subject.conversations.map(({ id, began }) => (
          <Row key={id} label={q('find.conversation')}>
            <a href={`#c=${id}`}>{timeWords(began)}</a>
          </Row>
        ))}
      </dl>
    </>
  );
}

type Things = Record<'link' | 'email' | 'receipt' | 'conversation' | 'day' | 'sentence', string>;
const NOTHING: Things = { link: '', email: '', receipt: '', conversation: '', day: '', sentence: '' };

function Find(props: OneProps) {
  const { request } = props;
  const [things, setThings] = useState(NOTHING);
  const [people, setPeople] = useState<FoundPerson[] | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const change = useStep(props);
  const given = Object.fromEntries(Object.entries(things).filter(([, text]) => text.trim() !== ''));
  const set = (part: Partial<Things>): void => setThings({ ...things, ...part });
  async function find(): Promise<void> {
    const { email, receipt, conversation, link } = things;
    const isEnough = [email, receipt, conversation, link].some((text) => text.trim() !== '');
    setWrong(isEnough ? null : q('find.needs'));
    if (!isEnough) return;
    const body: FindPerson = { ...given, id: request.id };
    const found = await change.send<{ people: FoundPerson[] }>('requests/find', body);
    setPeople(found?.people ?? null);
  }
  const isShort = change.failure?.fields?.sentence !== undefined;
  return (
    <>
      <p class="desk-text">{q('person.lead')}</p>
      <form
        class="rq-find"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void find();
        }}
      >
        {wrong && (
          <p class="wrong-sum" role="alert">
            {wrong}
          </p>
        )}
        {!isShort && <Failure change={change} />}
        <Text label={q('find.link')} value={things.link} onValue={(link) => set({ link })} />
        <div class="rq-pair">
          <Text label={q('find.email')} type="email" value={things.email} onValue={(email) => set({ email })} />
          <Text label={q('find.day')} type="date" hint={q('find.dayHint')} value={things.day} onValue={(day) => set({ day })} />
        </div>
        <Text
          label={q('find.sentence')}
          value={things.sentence}
          wrong={isShort ? q('find.short') : null}
          onValue={(sentence) => set({ sentence })}
        />
        <div class="rq-pair">
          <Text label={q('find.receipt')} value={things.receipt} onValue={(receipt) => set({ receipt })} />
          <Text label={q('find.conversation')} value={things.conversation} onValue={(conversation) => set({ conversation })} />
        </div>
        <div class="rq-do">
          <button type="submit" class="cbtn main" aria-disabled={change.busy}>
            {q(change.busy ? 'finding' : 'find')}
          </button>
        </div>
      </form>
      <div role="status">
        {people?.length === 0 && <p class="desk-text">{q('find.none')}</p>}
        {people && people.length > 1 && <p class="desk-text">{q('find.several')}</p>}
        {people?.map((person) => (
          <div key={person.visitorId} class="rq-found">
            <b class="code">{person.visitorId}</b>
            <span>
              {q('found.since', { time: timeWords(person.since) })}, {q('found.talks', { count: person.conversations.length })}
            </span>
            <span>{q('found.fits', { things: person.matched.map((match) => q(`match.${match}`)).join(', ') })}</span>
            {person.isEnough ? (
              <button
                type="button"
                class="cbtn"
                onClick={() => void change.step({ step: 'person', visitorId: person.visitorId, by: given })}
              >
                {q('found.enough')}
              </button>
            ) : (
              <span class="st old">{q('found.notEnough')}</span>
            )}
          </div>
        ))}
      </div>
    </>
  );
}
