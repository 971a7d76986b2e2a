import { useState } from 'preact/hooks';
import type { WebhookAdded, WebhookShelf } from '../../../shared/webhooks.ts';
import type { ApiFailure } from '../../api.ts';
import { failureWords } from '../../errors.ts';
import type { DeskPageProps } from '../pages.ts';
import { Empty, Failed, PageHead, Wrong } from '../parts.tsx';
import { useAsked } from '../use-asked.ts';
import { d } from '../words.ts';
import { Add } from './Add.tsx';
import { Log } from './Log.tsx';
import { Secret } from './Secret.tsx';
import { Subscription } from './Subscription.tsx';
import { r } from './words.ts';

const PATH = 'privacy/webhooks';

/** Who is told of what people ask for by right, and how far that has come (GDPR Art. 19). */
export function Recipients({ ask, connection }: DeskPageProps) {
  const shelf = useAsked<WebhookShelf>(ask, connection, PATH);
  const [added, setAdded] = useState<WebhookAdded | null>(null);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const { data } = shelf;

  async function act(path: string, id: string): Promise<void> {
    const result = await ask<WebhookShelf>(`${PATH}/${path}`, { id });
    setFailure(result.ok ? null : result.error);
    if (result.ok) shelf.put(result.data);
  }

  return (
    <>
      <PageHead title={r('title')} lead={r('lead')}>
        <button type="button" class="cbtn" onClick={shelf.again}>
          {d('again')}
        </button>
      </PageHead>
      {shelf.failure && <Failed failure={shelf.failure} onRetry={shelf.again} />}
      {!data && !shelf.failure && <p class="desk-quiet">{d('loading')}</p>}
      {data && (
        <div class="desk-body">
          {failure && <Wrong>{r('failed', { why: failureWords(failure.code, failure.retryAfterSeconds) })}</Wrong>}
          {added && <Secret added={added} onDone={() => setAdded(null)} />}
          {data.webhooks.length === 0 ? (
            <Empty icon="get" title={r('list.empty')} text={r('list.emptyText')} />
          ) : (
            <section aria-labelledby="subscriptions">
              <h3 id="subscriptions" class="desk-h3">
                {r('list.title')}
              </h3>
              <div class="desk-cards">
                {data.webhooks.map((webhook) => (
                  <Subscription key={webhook.id} webhook={webhook} onAct={(name) => act(name, webhook.id)} />
                ))}
              </div>
            </section>
          )}
          <Add
            ask={ask}
            sites={data.sites}
            onAdded={(next) => {
              setAdded(next);
              shelf.again();
            }}
          />
          <Log deliveries={data.deliveries} onRetry={(id) => void act('deliveries/retry', id)} />
        </div>
      )}
    </>
  );
}
