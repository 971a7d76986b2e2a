import { useEffect, useRef } from 'preact/hooks';
import type { Ask } from '../api.ts';
import type { Connection } from '../connection.ts';
import { t } from '../i18n.ts';
import { Kept } from '../kept/Kept.tsx';
import type { Conversation } from '../models/conversation.ts';
import { ConsentCard } from './ConsentCard.tsx';
import { Icon } from './icons.tsx';
import { listName } from './names.ts';
import { Row } from './Row.tsx';

interface SideProps {
  conversation: Conversation;
  ask: Ask;
  line: Connection;
  open: boolean;
  onClose(): void;
}

/** What the end of the chat hangs on, and what was erased of it: when that is another, what is due is asked again. */
function stateOf({ facts, consent, erased }: Conversation): string {
  const { status, closedAt, withdrawnAt } = facts.value ?? {};
  return [status, closedAt, withdrawnAt, consent.card.value?.state, erased.value].map((one) => one ?? '').join('.');
}

/** Beside the talk: the consent, then the visitor. A drawer where there is no room for it. */
export function Side({ conversation, ask, line, open, onClose }: SideProps) {
  const close = useRef<HTMLButtonElement>(null);
  const card = conversation.consent.card.value;
  const visitor = card?.visitor;
  useEffect(() => {
    if (open) close.current?.focus();
  }, [open]);

  return (
    <section class={open ? 'side open' : 'side'} id="side" aria-label={t('card.side')}>
      <header class="side-head">
        <button type="button" class="icon-button" ref={close} aria-label={t('talk.backToTalk')} onClick={onClose}>
          <Icon name="back" />
          <Icon name="close" />
        </button>
        <div>
          <h2>{t('talk.about')}</h2>
          <p>
            <span dir="auto">{listName(conversation.facts.value?.visitorName ?? null)}</span>
          </p>
        </div>
      </header>
      <div class="side-body">
        <ConsentCard consent={conversation.consent} />
        {visitor && (
          <section class="block" aria-labelledby="side-visitor">
            <h3 id="side-visitor">{t('card.visitor')}</h3>
            <dl class="rows">
              <Row label={t('card.name')} title={visitor.name ?? undefined}>
                <bdi>{visitor.name ?? t('card.notGiven')}</bdi>
              </Row>
              <Row label={t('card.email')} title={visitor.email ?? undefined}>
                <bdi>{visitor.email ?? t(card?.reading === 'locked' ? 'card.sealed' : 'card.notGiven')}</bdi>
              </Row>
            </dl>
          </section>
        )}
        <Kept key={conversation.id} conversationId={conversation.id} state={stateOf(conversation)} ask={ask} connection={line} />
      </div>
    </section>
  );
}
