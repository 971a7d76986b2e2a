import { useState } from 'preact/hooks';
import { type Failure, failureWords } from '../errors.ts';
import { t } from '../i18n.ts';
import { now } from '../models/clock.ts';
import type { Conversation } from '../models/conversation.ts';
import { isOver } from '../models/inbox-rules.ts';
import type { Workspace } from '../models/workspace.ts';
import { Icon } from './icons.tsx';
import { listName } from './names.ts';
import { assigneeWords, visitorState } from './state-words.ts';

interface HeadProps {
  workspace: Workspace;
  conversation: Conversation;
  sideOpen: boolean;
  onSide(): void;
}

/** Who it is, where they are, and what can be done with the conversation as a whole. */
export function TalkHead({ workspace, conversation, sideOpen, onSide }: HeadProps) {
  const facts = conversation.facts.value;
  const away = workspace.awaySince.value.get(conversation.id);
  const state = facts && visitorState(facts, away, now.value);
  const withdrawn = conversation.lock.value?.kind === 'withdrawn';
  return (
    <header class="talk-head">
      <a class="icon-button back" href="#inbox" aria-label={t('talk.back')}>
        <Icon name="back" />
      </a>
      <div class="talk-who">
        <h2 id="talk-name" tabIndex={-1}>
          <span dir="auto">{facts ? listName(facts.visitorName) : t('app.loading')}</span>
        </h2>
        {facts && state && (
          <p>
            <span class={state.here ? 'dot' : 'dot away'} />
            <span>
              {state.words}
              {!isOver(facts) && ` · ${assigneeWords(facts, workspace.me.id)}`}
            </span>
          </p>
        )}
      </div>
      <div class="tail">
        <CloseOrReopen conversation={conversation} />
        <button
          type="button"
          class="icon-button side-button"
          id="side-button"
          aria-label={t('talk.about')}
          aria-expanded={sideOpen}
          aria-controls="side"
          onClick={onSide}
        >
          <Icon name={withdrawn ? 'refused' : 'agreed'} />
        </button>
      </div>
    </header>
  );
}

function CloseOrReopen({ conversation }: { conversation: Conversation }) {
  const [failure, setFailure] = useState<Failure | null>(null);
  const facts = conversation.facts.value;
  const lock = conversation.lock.value;
  if (!facts || (lock && lock.kind !== 'closed' && lock.kind !== 'expired')) return null;
  const closed = lock?.kind === 'closed';
  return (
    <>
      {failure && (
        <span class="head-wrong" role="alert">
          {t(closed ? 'talk.reopenFailed' : 'talk.closeFailed', { why: failureWords(failure) })}
        </span>
      )}
      <button
        type="button"
        class="cbtn"
        onClick={async () => setFailure(await (closed ? conversation.reopen() : conversation.close()))}
      >
        {t(closed ? 'talk.reopen' : 'talk.close')}
      </button>
    </>
  );
}
