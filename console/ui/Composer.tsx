import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { MESSAGE_MAX_CHARS } from '../../shared/limits.ts';
import { moment, shortName } from '../format.ts';
import { t } from '../i18n.ts';
import { now } from '../models/clock.ts';
import type { Conversation } from '../models/conversation.ts';
import type { Lock } from '../models/talk.ts';
import { canSend, charsLeft } from '../models/text.ts';
import type { Workspace } from '../models/workspace.ts';
import { Icon } from './icons.tsx';
import { objectName, subjectName } from './names.ts';

/** From here on the length is said. */
const NEAR_LIMIT = MESSAGE_MAX_CHARS / 10;
/** A keyboard that covers the talk does not come up by itself. */
const ROOMY = '(min-width: 47.5rem)';

interface Props {
  workspace: Workspace;
  conversation: Conversation;
}

/** Where an answer is written, or the reason why none can be. */
export function Composer({ workspace, conversation }: Props) {
  const lock = conversation.lock.value;
  const facts = conversation.facts.value;
  // Not loaded, or not there: nothing can be written to nobody.
  if (!facts) return null;
  const name = facts.visitorName;
  return (
    <div class="compose">
      <Strips workspace={workspace} conversation={conversation} />
      {lock ? <Locked lock={lock} name={name} /> : <Pen workspace={workspace} conversation={conversation} />}
    </div>
  );
}

/** What somebody who writes here should know before they press Send. */
function Strips({ workspace, conversation }: Props) {
  const facts = conversation.facts.value;
  const typists = workspace.typing.who.value.get(conversation.id) ?? [];
  const writing = conversation.draft.value.trim() !== '';
  const agents = typists.filter((one) => one.agentId !== null);
  const visitorWrites = typists.some((one) => one.agentId === null);
  const overtaken = conversation.overtaken.value;
  const [agent] = agents;
  return (
    <div role="status">
      {visitorWrites && (
        <div class="typing-row">
          <span class="typing" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          <span class="under">{t('typing.visitor', { name: subjectName(facts?.visitorName ?? null) })}</span>
        </div>
      )}
      {agent && (
        <p class="strip">
          <Icon name="pen" small />
          <span>
            {agents.length === 1
              ? t(writing ? 'typing.agentToo' : 'typing.agent', { name: shortName(agent.name ?? t('talk.agent')) })
              : t('typing.agents', { count: agents.length })}
          </span>
        </p>
      )}
      {overtaken && (
        <p class="strip">
          <Icon name="warn" small />
          <span>
            {t('typing.answered', {
              name: shortName(overtaken.name ?? t('talk.agent')),
              time: moment(overtaken.at, now.value),
            })}
          </span>
        </p>
      )}
      {facts && facts.leftAt !== null && !conversation.lock.value && (
        <p class="strip">
          <Icon name="warn" small />
          <span>{t('talk.leftStrip', { time: moment(facts.leftAt, now.value) })}</span>
        </p>
      )}
    </div>
  );
}

function lockWords(lock: Lock, name: string | null): { title: string; why: string } {
  if (lock.kind === 'expired') return { title: t('locked.title'), why: t('locked.expired') };
  const time = lock.at === null ? '' : moment(lock.at, now.value);
  if (lock.kind === 'withdrawn') return { title: t('locked.title'), why: t('locked.withdrawn', { time }) };
  if (lock.kind === 'ended') return { title: t('locked.title'), why: t('locked.ended', { name: subjectName(name), time }) };
  return { title: t('locked.closedTitle', { time }), why: t('locked.closed') };
}

function Locked({ lock, name }: { lock: Lock; name: string | null }) {
  const { title, why } = lockWords(lock, name);
  return (
    <div class="locked" role="status">
      <Icon name={lock.kind === 'withdrawn' ? 'refused' : 'terms'} />
      <span>
        <b>{title}</b> {why}
      </span>
    </div>
  );
}

function placeholder({ workspace, conversation }: Props): string {
  const facts = conversation.facts.value;
  const name = objectName(facts?.visitorName ?? null);
  if (!facts?.assignee) return t('write.placeholderNew', { name });
  if (facts.assignee.id === workspace.me.id) return t('write.placeholder', { name });
  return t('write.placeholderOther', { name, agent: shortName(facts.assignee.name) });
}

/** What the visitor sees of the writing; nothing, where nobody is there to see it. */
function seenWords(conversation: Conversation): string {
  const facts = conversation.facts.value;
  if (!facts || facts.leftAt !== null) return t('write.keys');
  const name = subjectName(facts.visitorName);
  if (facts.visitorOnline) return t('write.sees', { name });
  return facts.keptUntil === null ? t('write.keys') : t('write.later', { name });
}

function Pen({ workspace, conversation }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const text = conversation.draft.value;
  const name = conversation.facts.value?.visitorName ?? null;
  const left = charsLeft(text);

  useEffect(() => {
    if (matchMedia(ROOMY).matches) field.current?.focus({ preventScroll: true });
  }, [conversation]);
  // Browsers that cannot size a field by its content yet get its height from here.
  useLayoutEffect(() => {
    const area = field.current;
    if (!area || CSS.supports('field-sizing', 'content')) return;
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight}px`;
  }, [text]);

  function send(): void {
    conversation.send();
    field.current?.focus();
  }
  function onKeyDown(event: KeyboardEvent): void {
    // While a word is being composed, Enter chooses it. Safari says so by the code only.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  }

  return (
    <div class="compose-box">
      <textarea
        ref={field}
        class="compose-text"
        rows={1}
        dir="auto"
        value={text}
        aria-label={t('write.label', { name: objectName(name) })}
        aria-describedby="compose-sees"
        placeholder={placeholder({ workspace, conversation })}
        enterkeyhint="send"
        autocomplete="off"
        onInput={(event) => conversation.write(event.currentTarget.value)}
        onBlur={() => conversation.stopTyping()}
        onKeyDown={onKeyDown}
      />
      <div class="compose-foot">
        {left <= NEAR_LIMIT ? (
          <span class={left < 0 ? 'over' : ''} role="status">
            {left < 0 ? t('write.over', { count: -left }) : t('write.left', { count: left })}
          </span>
        ) : (
          <span id="compose-sees" title={t('write.keys')}>
            {seenWords(conversation)}
          </span>
        )}
        <button type="button" class="cbtn main" aria-disabled={!canSend(text)} onClick={send}>
          {t('write.send')}
        </button>
      </div>
    </div>
  );
}
