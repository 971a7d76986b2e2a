import { useState } from 'preact/hooks';
import type { RestrictedTalk, RestrictedView, ToldBy } from '../../../shared/restriction.ts';
import { TOLD_BY } from '../../../shared/restriction.ts';
import type { Ask } from '../../api.ts';
import { recordTime } from '../../format.ts';
import { Select } from '../parts.tsx';
import { w } from './words.ts';

/** The chat says nothing of it by itself yet. */
const BY_HAND = TOLD_BY.filter((one) => one !== 'chat');

interface PersonProps {
  ask: Ask;
  person: RestrictedView;
  onAct(path: string, body: object): Promise<boolean>;
}

/** One restricted person: what was said, and the two steps that end it, in their order. */
export function Person({ ask, person, onAct }: PersonProps) {
  const { visitorId, site, ground, askedBy, since, toldAt, toldBy, conversations } = person;
  const [by, setBy] = useState<ToldBy>('email');
  const [talk, setTalk] = useState<RestrictedTalk | null>(null);
  const open = async (conversationId: string): Promise<void> => {
    const result = await ask<RestrictedTalk>('privacy/restrictions/open', { conversationId });
    if (result.ok) setTalk(result.data);
  };
  return (
    <article class="card told-one">
      <h4 class="code">{visitorId}</h4>
      <p>{w('since', { site, time: recordTime(since), ground: w(`ground.${ground}`) })}</p>
      <p class="quiet">{w(`asked.${askedBy}`)}</p>
      {talk ? (
        <Talk talk={talk} onClose={() => setTalk(null)} />
      ) : (
        <div class="entry-do">
          {conversations.map(({ id, createdAt }) => (
            <button key={id} type="button" class="cbtn" onClick={() => void open(id)}>
              {w('open', { time: recordTime(createdAt) })}
            </button>
          ))}
        </div>
      )}
      <div class="told-step">
        <b>{w('step.tell')}</b>
        {toldAt === null ? (
          <>
            <p class="quiet">{w('step.tellText')}</p>
            <div class="desk-form">
              <Select
                label={w('step.by')}
                value={by}
                options={BY_HAND.map((one) => [one, w(`by.${one}`)] as const)}
                onValue={(value) => setBy(value as ToldBy)}
              />
              <button type="button" class="cbtn" onClick={() => void onAct('restrictions/told', { visitorId, by })}>
                {w('step.told')}
              </button>
            </div>
          </>
        ) : (
          <p class="st yes">{w('step.isTold', { by: w(`by.${toldBy ?? 'chat'}`), time: recordTime(toldAt) })}</p>
        )}
      </div>
      <div class="told-step">
        <b>{w('step.lift')}</b>
        <p class="quiet">{w('step.liftText')}</p>
        <button
          type="button"
          class="cbtn"
          disabled={toldAt === null}
          onClick={() => void onAct('restrictions/lift', { visitorId })}
        >
          {w('step.lift').replace(/^2\. /, '')}
        </button>
      </div>
    </article>
  );
}

function Talk({ talk: { visitor, messages }, onClose }: { talk: RestrictedTalk; onClose(): void }) {
  const given = [visitor.name, visitor.email].filter((one) => one !== null);
  return (
    <div class="told-talk">
      <p class="quiet">
        {given.length > 0 ? w('form', { what: given.join(', ') }) : w('formNothing')} {w('openText')}
      </p>
      <ol>
        {messages.map(({ id, author, name, at, body }) => (
          <li key={id}>
            <small>
              {author === 'visitor' ? w('visitor') : (name ?? w('agent'))}, {recordTime(at)}
            </small>
            <p dir="auto">{body}</p>
          </li>
        ))}
      </ol>
      <button type="button" class="cbtn" onClick={onClose}>
        {w('close')}
      </button>
    </div>
  );
}
