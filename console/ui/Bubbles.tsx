import type { MessageStatus } from '../../shared/message-status.ts';
import type { LineState } from '../connection.ts';
import { failureWords } from '../errors.ts';
import { clockTime, dayName, recordDay } from '../format.ts';
import { t } from '../i18n.ts';
import { now } from '../models/clock.ts';
import type { Conversation } from '../models/conversation.ts';
import { type Group, statusOf, type TalkMessage } from '../models/talk.ts';
import { Face } from './Face.tsx';
import { Icon, type IconName } from './icons.tsx';
import { MessageText } from './MessageText.tsx';
import { subjectName } from './names.ts';

const STATUS_ICON: Record<MessageStatus, IconName> = {
  failed: 'wrong',
  sending: 'clock',
  sent: 'check',
  delivered: 'checks',
  read: 'checks',
};

/** The line, or that the relay at its end cannot take anything now. */
export type Way = LineState | 'held';

interface GroupProps {
  conversation: Conversation;
  group: Group;
  me: string;
  way: Way;
  /** Asks to erase one message; left out for whoever may not. */
  onErase?: ((messageId: string) => void) | undefined;
}

/** Bubbles of one author, with who and when beneath the last. */
export function BubbleGroup({ conversation, group, me, way, onErase }: GroupProps) {
  const first = group.messages[0];
  const last = group.messages.at(-1);
  if (!first || !last) return null;
  const visitor = first.author === 'visitor';
  const mine = !visitor && first.agentId === me;
  const name = visitor
    ? subjectName(conversation.facts.value?.visitorName ?? null)
    : mine
      ? t('talk.you')
      : (first.name ?? t('talk.agent'));
  return (
    <>
      {group.day !== null && <div class="day">{dayName(group.day, now.value)}</div>}
      <div class={`grp${visitor ? '' : ' me'}${mine || visitor ? '' : ' other'}`}>
        {visitor && <Face id={conversation.id} name={conversation.facts.value?.visitorName ?? null} />}
        {group.messages.map((message) => (
          <Bubble
            key={message.id}
            message={message}
            name={name}
            first={message === first}
            last={message === last}
            onErase={onErase}
          />
        ))}
        {last.status === 'failed' && last.seq === null ? (
          <FailedRow conversation={conversation} message={last} way={way} />
        ) : (
          <Meta message={last} name={name} visitor={visitor} status={statusOf(last, conversation.facts.value)} way={way} />
        )}
      </div>
    </>
  );
}

interface BubbleProps extends Pick<GroupProps, 'onErase'> {
  message: TalkMessage;
  name: string;
  first: boolean;
  last: boolean;
}

function Bubble({ message, name, first, last, onErase }: BubbleProps) {
  const failed = message.seq === null && message.status === 'failed';
  return (
    <div class={`bub${first ? ' first' : ''}${last ? ' last' : ''}${failed ? ' fail' : ''}`} data-message={message.id}>
      <span class="sr">{t('talk.said', { name, time: clockTime(message.at) })} </span>
      {/* The words alone say which way they run: the bubble's corners follow the talk. */}
      <div dir="auto">
        {message.erasedAt === undefined ? (
          <MessageText body={message.body} />
        ) : (
          <span class="erased">{t('talk.erasedOn', { date: recordDay(message.erasedAt) })}</span>
        )}
      </div>
      {onErase && message.seq !== null && message.erasedAt === undefined && (
        <button type="button" class="bub-erase" aria-label={t('talk.eraseMessage')} onClick={() => onErase(message.id)}>
          <Icon name="trash" small />
        </button>
      )}
    </div>
  );
}

interface MetaProps {
  message: TalkMessage;
  name: string;
  visitor: boolean;
  status: MessageStatus;
  way: Way;
}

function Meta({ message, name, visitor, status, way }: MetaProps) {
  const waiting = way === 'held' ? 'status.held' : way === 'online' ? 'status.sending' : 'status.waiting';
  return (
    <div class={`meta${status === 'read' ? ' read' : ''}`}>
      <bdi>{name}</bdi>
      <span>· {clockTime(message.at)}</span>
      {!visitor && (
        <>
          <span>· {t(status === 'sending' ? waiting : `status.${status}`)}</span>
          <Icon name={STATUS_ICON[status]} />
        </>
      )}
    </div>
  );
}

/** What failed keeps its text; how it goes on depends on why. */
function FailedRow({ conversation, message, way }: { conversation: Conversation; message: TalkMessage; way: Way }) {
  const waits = message.failure === 'no_answer' || message.failure === null;
  const lost = conversation.lock.value !== null;
  const later = way === 'held' ? 'status.failedHeld' : 'status.failedOffline';
  return (
    <div class="fail-row" role="alert">
      <Icon name="wrong" small />
      <span>{waits ? t(later) : `${t('status.failed')} ${failureWords(message.failure ?? 'internal')}`}</span>
      {!lost && (
        <button type="button" class="link-button" onClick={() => conversation.retry(message.id)}>
          {t('status.retry')}
        </button>
      )}
      {!waits && (
        <button type="button" class="link-button" onClick={() => conversation.edit(message.id)}>
          {t('status.edit')}
        </button>
      )}
    </div>
  );
}
