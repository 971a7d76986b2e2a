import { useId, useState } from 'preact/hooks';
import { WEBHOOK_EVENTS, type WebhookAdded, type WebhookEvent, type WebhookShelf } from '../../../shared/webhooks.ts';
import type { ApiFailure, Ask } from '../../api.ts';
import { failureWords } from '../../errors.ts';
import { Labelled, Select, Wrong } from '../parts.tsx';
import { r } from './words.ts';

const URL_FAULTS = ['not_https', 'has_user', 'has_fragment'] as const;

function faultWords({ code, fields, retryAfterSeconds }: ApiFailure): string {
  const fault = URL_FAULTS.find((one) => one === fields?.url);
  return fault ? r(`add.${fault}`) : r('add.failed', { why: failureWords(code, retryAfterSeconds) });
}

interface AddProps {
  ask: Ask;
  sites: WebhookShelf['sites'];
  onAdded(added: WebhookAdded): void;
}

export function Add({ ask, sites, onAdded }: AddProps) {
  const [site, setSite] = useState(sites[0]?.key ?? '');
  const [recipient, setRecipient] = useState('');
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState<readonly WebhookEvent[]>(WEBHOOK_EVENTS);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const [busy, setBusy] = useState(false);
  const names = useId();

  async function add(): Promise<void> {
    if (busy) return;
    setBusy(true);
    const result = await ask<WebhookAdded>('privacy/webhooks/add', { site, recipient, url, events });
    setBusy(false);
    setFailure(result.ok ? null : result.error);
    if (!result.ok) return;
    setRecipient('');
    setUrl('');
    onAdded(result.data);
  }

  return (
    <section class="card" aria-labelledby={`${names}-title`}>
      <h3 id={`${names}-title`}>{r('add.title')}</h3>
      <form
        class="desk-form"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        {sites.length > 1 && (
          <Select
            label={r('add.site')}
            value={site}
            options={sites.map(({ key, name }) => [key, name] as const)}
            onValue={setSite}
          />
        )}
        <Labelled label={r('add.name')}>
          {(field) => (
            <input
              {...field}
              type="text"
              class="input"
              list={names}
              value={recipient}
              required
              autocomplete="off"
              onInput={(event) => setRecipient(event.currentTarget.value)}
            />
          )}
        </Labelled>
        <datalist id={names}>
          {sites
            .find(({ key }) => key === site)
            ?.recipients.map((name) => (
              <option key={name} value={name} />
            ))}
        </datalist>
        <Labelled label={r('add.url')} hint={r('add.urlHint')} wide>
          {(field) => (
            <input
              {...field}
              type="url"
              class="input"
              value={url}
              required
              autocomplete="off"
              spellcheck={false}
              onInput={(event) => setUrl(event.currentTarget.value)}
            />
          )}
        </Labelled>
        <fieldset class="told-events wide">
          <legend>{r('add.events')}</legend>
          {WEBHOOK_EVENTS.map((event) => (
            <label key={event}>
              <input
                type="checkbox"
                checked={events.includes(event)}
                onChange={({ currentTarget: { checked } }) =>
                  setEvents(WEBHOOK_EVENTS.filter((one) => (one === event ? checked : events.includes(one))))
                }
              />
              {r(`event.${event}`)}
            </label>
          ))}
        </fieldset>
        <button type="submit" class="cbtn" aria-disabled={busy || events.length === 0}>
          {r('add.do')}
        </button>
        {failure && <Wrong>{faultWords(failure)}</Wrong>}
      </form>
    </section>
  );
}
