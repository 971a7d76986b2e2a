import { useState } from 'preact/hooks';
import { RESTRICTION_GROUNDS, type RestrictionGround, type RestrictionShelf } from '../../../shared/restriction.ts';
import type { ApiFailure } from '../../api.ts';
import { failureWords } from '../../errors.ts';
import type { DeskPageProps } from '../pages.ts';
import { ConversationField, conversationIn, Empty, Failed, PageHead, Select, Wrong } from '../parts.tsx';
import { useAsked } from '../use-asked.ts';
import { d } from '../words.ts';
import { Objection } from './Objection.tsx';
import { Person } from './Person.tsx';
import { w } from './words.ts';

/** An objection restricts by itself; here it is a person who says why. */
const GROUNDS = RESTRICTION_GROUNDS.filter((ground) => ground !== 'objection');

/** Whose data is kept and not worked with (GDPR Art. 18), and what was objected to (Art. 21). */
export function Restricted({ ask, connection }: DeskPageProps) {
  const shelf = useAsked<RestrictionShelf>(ask, connection, 'privacy/restrictions');
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const { data } = shelf;

  async function act(path: string, body: object): Promise<boolean> {
    const result = await ask<RestrictionShelf>(`privacy/${path}`, body);
    setFailure(result.ok ? null : result.error);
    if (result.ok) shelf.put(result.data);
    return result.ok;
  }

  return (
    <>
      <PageHead title={w('title')} lead={w('lead')} />
      {shelf.failure && <Failed failure={shelf.failure} onRetry={shelf.again} />}
      {!data && !shelf.failure && <p class="desk-quiet">{d('loading')}</p>}
      {data && (
        <div class="desk-body">
          {failure && (
            <Wrong>
              {failure.code === 'not_found'
                ? w('gone')
                : w('failed', { why: failureWords(failure.code, failure.retryAfterSeconds) })}
            </Wrong>
          )}
          {data.restricted.length === 0 ? (
            <Empty icon="off" title={w('list.empty')} text={w('list.emptyText')} />
          ) : (
            <section aria-labelledby="restricted-now">
              <h3 id="restricted-now" class="desk-h3">
                {w('list.title')}
              </h3>
              <div class="desk-cards">
                {data.restricted.map((one) => (
                  <Person key={one.visitorId} ask={ask} person={one} onAct={act} />
                ))}
              </div>
            </section>
          )}
          <section aria-labelledby="objections">
            <h3 id="objections" class="desk-h3">
              {w('objections.title')}
            </h3>
            {data.objections.length === 0 && <p class="quiet">{w('objections.empty')}</p>}
            <div class="desk-cards">
              {data.objections.map((one) => (
                <Objection key={one.id} objection={one} onDecide={(body) => act('objections/decide', body)} />
              ))}
            </div>
          </section>
          <Restrict onRestrict={(body) => act('restrictions/add', body)} />
        </div>
      )}
    </>
  );
}

function Restrict({ onRestrict }: { onRestrict(body: object): Promise<boolean> }) {
  const [id, setId] = useState('');
  const [ground, setGround] = useState<RestrictionGround>('request');
  const conversationId = conversationIn(id);
  return (
    <section class="card" aria-labelledby="restrict-title">
      <h3 id="restrict-title">{w('add.title')}</h3>
      <p class="quiet">{w('add.text')}</p>
      <form
        class="desk-form"
        onSubmit={(event) => {
          event.preventDefault();
          void onRestrict({ conversationId, ground }).then((done) => done && setId(''));
        }}
      >
        <ConversationField label={w('add.id')} hint={w('add.hint')} value={id} onValue={setId} />
        <Select
          label={w('add.ground')}
          value={ground}
          options={GROUNDS.map((one) => [one, w(`ground.${one}`)] as const)}
          onValue={(value) => setGround(value as RestrictionGround)}
        />
        <button type="submit" class="cbtn bad">
          {w('add.do')}
        </button>
      </form>
    </section>
  );
}
