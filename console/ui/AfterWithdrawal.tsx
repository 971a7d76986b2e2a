import { useState } from 'preact/hooks';
import { type Failure, failureWords } from '../errors.ts';
import { t } from '../i18n.ts';
import type { Conversation } from '../models/conversation.ts';
import type { Workspace } from '../models/workspace.ts';
import { Icon } from './icons.tsx';

interface Props {
  workspace: Workspace;
  conversation: Conversation;
}

/** Who may still read a talk that was withdrawn, and why; in place of its words where nobody may. */
export function AfterWithdrawal({ workspace, conversation }: Props) {
  const reading = conversation.facts.value?.reading ?? 'open';
  if (reading === 'open') return null;
  if (reading !== 'locked')
    return (
      <p class="strip reading" role="status">
        <Icon name="terms" small />
        <span>
          <b>{t('reading.title')}</b> {t(`reading.${reading}`)}
        </span>
      </p>
    );
  if (conversation.looking.value)
    return (
      <p class="strip reading" role="status">
        <Icon name="warn" small />
        <span>{t('sealed.looking')}</span>
        <button type="button" class="text-button" onClick={conversation.cover}>
          {t('sealed.cover')}
        </button>
      </p>
    );
  return <Sealed conversation={conversation} mayOpen={workspace.me.role !== 'agent'} />;
}

function Sealed({ conversation, mayOpen }: { conversation: Conversation; mayOpen: boolean }) {
  const [failure, setFailure] = useState<Failure | null>(null);
  return (
    <div class="sealed">
      <Icon name="refused" />
      <b>{t('sealed.title')}</b>
      <p>{t(mayOpen ? 'sealed.mayOpen' : 'sealed.others')}</p>
      {mayOpen && (
        <button type="button" class="cbtn" onClick={async () => setFailure(await conversation.unlock())}>
          {t('sealed.open')}
        </button>
      )}
      {failure && (
        <p class="wrong-text" role="alert">
          {t('sealed.failed', { why: failureWords(failure) })}
        </p>
      )}
    </div>
  );
}
