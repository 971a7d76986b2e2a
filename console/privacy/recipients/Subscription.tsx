import { useState } from 'preact/hooks';
import type { WebhookView } from '../../../shared/webhooks.ts';
import { recordTime } from '../../format.ts';
import { Icon } from '../../ui/icons.tsx';
import { r } from './words.ts';

type Act = 'test' | 'pause' | 'resume' | 'remove';

export function Subscription({ webhook, onAct }: { webhook: WebhookView; onAct(name: Act): Promise<void> }) {
  const [sure, setSure] = useState(false);
  const { recipient, url, events, site, pausedAt, unnamedIn, waiting, lastConfirmedAt } = webhook;
  const press = (name: Act, word: Act | 'removeSure' = name, bad = false) => (
    <button type="button" class={bad ? 'cbtn bad' : 'cbtn'} onClick={() => void onAct(name)}>
      {r(word)}
    </button>
  );
  return (
    <article class="card told-one">
      <h4>
        {recipient} <small>{site.name}</small>
      </h4>
      <p class="code">{url}</p>
      {unnamedIn.length > 0 && (
        <p class="desk-what told-unnamed">
          <Icon name="warn" small />
          <b>{r('unnamed', { locales: unnamedIn.join(', '), name: recipient })}</b>
        </p>
      )}
      <p class="quiet">{r('told', { events: events.map((event) => r(`event.${event}`)).join(', ') })}</p>
      <p class={waiting > 0 ? 'st old' : 'st yes'}>
        <Icon name={waiting > 0 ? 'clock' : 'check'} />
        {waiting > 0 ? r('waiting', { count: waiting }) : r('allConfirmed')}
        {lastConfirmedAt !== null && `, ${r('lastConfirmed', { time: recordTime(lastConfirmedAt) })}`}
      </p>
      {pausedAt !== null && <p class="st old">{r('paused', { time: recordTime(pausedAt) })}</p>}
      {sure ? (
        <div class="desk-what">
          <p>{r('removeText')}</p>
          <div class="entry-do">
            {press('remove', 'removeSure', true)}
            <button type="button" class="cbtn" onClick={() => setSure(false)}>
              {r('keep')}
            </button>
          </div>
        </div>
      ) : (
        <div class="entry-do">
          {press('test')}
          {pausedAt === null ? press('pause') : press('resume')}
          <button type="button" class="cbtn" aria-expanded={sure} onClick={() => setSure(true)}>
            {r('remove')}
          </button>
        </div>
      )}
    </article>
  );
}
