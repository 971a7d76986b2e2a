import { useState } from 'preact/hooks';
import type { WebhookAdded } from '../../../shared/webhooks.ts';
import { r } from './words.ts';

/** The secret of a new subscription, this once. */
export function Secret({ added: { webhook, secret }, onDone }: { added: WebhookAdded; onDone(): void }) {
  const [copied, setCopied] = useState(false);
  return (
    <section class="card told-secret" aria-labelledby="secret-title" role="status">
      <h3 id="secret-title">{r('secret.title', { name: webhook.recipient })}</h3>
      <p class="quiet">{r('secret.text')}</p>
      <code>{secret}</code>
      <div class="entry-do">
        <button
          type="button"
          class="cbtn"
          onClick={() =>
            void navigator.clipboard.writeText(secret).then(
              () => setCopied(true),
              () => undefined,
            )
          }
        >
          {r(copied ? 'secret.copied' : 'secret.copy')}
        </button>
        <button type="button" class="cbtn" onClick={onDone}>
          {r('secret.done')}
        </button>
      </div>
    </section>
  );
}
