import type { InboxConversation } from '../../shared/events.ts';
import { listTime, shortName, waiting } from '../format.ts';
import { t } from '../i18n.ts';
import { now } from '../models/clock.ts';
import { isOver } from '../models/inbox-rules.ts';
import type { Workspace } from '../models/workspace.ts';
import { Face } from './Face.tsx';
import { listName } from './names.ts';

/** The last word in a conversation, or what became of it. */
function lastWords(conversation: InboxConversation, workspace: Workspace): string {
  const { last, status, closedBy, withdrawnAt, reading } = conversation;
  if (withdrawnAt !== null || closedBy === 'withdrawal')
    return t(reading === 'locked' ? 'inbox.withdrew' : 'inbox.withdrewReadable');
  if (status === 'closed' && closedBy === 'visitor') return t('inbox.ended');
  if (!last) return t(conversation.lastSeq > 0 ? 'inbox.erased' : 'inbox.empty');
  if (last.erasedAt !== undefined) return t('inbox.erased');
  if (status === 'closed') return t('inbox.closedLine', { text: oneLine(last.body) });
  return spoken(last, workspace);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}

function spoken(last: NonNullable<InboxConversation['last']>, { me }: Workspace): string {
  const text = oneLine(last.body);
  if (last.author === 'visitor') return text;
  return last.agentId === me.id
    ? t('inbox.you', { text })
    : t('inbox.agent', { name: shortName(last.name ?? t('talk.agent')), text });
}

interface ItemProps {
  workspace: Workspace;
  conversation: InboxConversation;
  tabbable: boolean;
}

/** One conversation in the list. */
export function InboxItem({ workspace, conversation, tabbable }: ItemProps) {
  const { id, visitorName, unread, waitingSince, lastAt } = conversation;
  const current = workspace.current.value?.id === id;
  const writing = workspace.typing.who.value.get(id)?.some((one) => one.agentId === null) ?? false;
  const over = isOver(conversation);
  const fresh = !over && unread > 0;
  const waits = !over && waitingSince !== null && conversation.assignee === null;
  return (
    <li>
      <a
        class={`item${fresh ? ' new' : ''}${over ? ' over' : ''}`}
        href={`#c=${id}`}
        aria-current={current ? 'true' : undefined}
        tabIndex={tabbable ? 0 : -1}
        data-conversation={id}
      >
        <Face id={id} name={visitorName} />
        <span class="item-line">
          <b>
            <span dir="auto">{listName(visitorName)}</span>
          </b>
          <time dateTime={new Date(lastAt).toISOString()}>{listTime(lastAt, now.value)}</time>
        </span>
        <span class="item-line">
          <span dir="auto" class={writing ? 'last writing' : 'last'}>
            {writing ? t('inbox.isWriting') : lastWords(conversation, workspace)}
          </span>
          {waits && <span class="wait">{waiting(waitingSince, now.value)}</span>}
          {!waits && conversation.leftAt !== null && !over && <span class="gone">{t('inbox.left')}</span>}
          {fresh && (!waits || unread > 1) && (
            <span class="count">
              <span aria-hidden="true">{unread > 99 ? '99+' : unread}</span>
              <span class="sr">{t('inbox.unread', { count: unread })}</span>
            </span>
          )}
        </span>
      </a>
    </li>
  );
}
