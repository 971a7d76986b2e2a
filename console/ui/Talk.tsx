import { useComputed } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Ask } from '../api.ts';
import { failureWords } from '../errors.ts';
import { moment } from '../format.ts';
import { t } from '../i18n.ts';
import { EraseMessageDialog } from '../kept/EraseMessageDialog.tsx';
import { now } from '../models/clock.ts';
import type { Conversation } from '../models/conversation.ts';
import { grouped } from '../models/talk.ts';
import type { Workspace } from '../models/workspace.ts';
import { AfterWithdrawal } from './AfterWithdrawal.tsx';
import { BubbleGroup } from './Bubbles.tsx';
import { Icon } from './icons.tsx';
import { subjectName } from './names.ts';

/** This close to the end counts as being at the end. */
const NEAR = 48;
/** This close to the start, the talk before it is asked for. */
const NEAR_START = 200;

/** The talk: what was agreed first, then what was said, then how it ended. */
export function Talk({ workspace, conversation, ask }: { workspace: Workspace; conversation: Conversation; ask: Ask }) {
  const [erasing, setErasing] = useState<string | null>(null);
  const mayErase = workspace.me.role !== 'agent';
  const box = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState<string | undefined>();
  const state = conversation.state.value;
  const messages = conversation.messages.value;
  const atEnd = conversation.atEnd.value;
  const groups = useComputed(() => grouped(conversation.messages.value)).value;
  const last = messages.at(-1);
  const { connection } = workspace;
  const way = connection.state.value === 'online' && connection.held.value > 0 ? 'held' : connection.state.value;

  function toEnd(): void {
    const log = box.current;
    if (log) log.scrollTop = log.scrollHeight;
    conversation.atEnd.value = true;
  }
  function onScroll(): void {
    const log = box.current;
    if (!log) return;
    conversation.atEnd.value = log.scrollTop + log.clientHeight >= log.scrollHeight - NEAR;
    if (log.scrollTop < NEAR_START) void conversation.loadEarlier();
  }

  // Earlier talk comes in above: what is being read stays where it is.
  const oldest = useRef<{ id: string | undefined; height: number }>({ id: undefined, height: 0 });
  useLayoutEffect(() => {
    const log = box.current;
    if (!log) return;
    const id = messages[0]?.id;
    const grown = oldest.current.id !== undefined && oldest.current.id !== id && !conversation.atEnd.peek();
    if (grown) log.scrollTop += log.scrollHeight - oldest.current.height;
    oldest.current = { id, height: log.scrollHeight };
  });

  // One's own message is always followed; another's only by whoever stands at the end.
  const ownPending = last?.seq === null ? last.id : undefined;
  useLayoutEffect(toEnd, [conversation, ownPending]);
  useLayoutEffect(() => {
    if (conversation.atEnd.peek()) toEnd();
  });
  useEffect(() => {
    if (atEnd) setSeen(last?.id);
  }, [atEnd, last?.id]);
  // The composer grows and the keyboard rises: the end stays in sight.
  useEffect(() => {
    if (!('ResizeObserver' in globalThis) || !box.current || !inner.current) return;
    const observer = new ResizeObserver(() => conversation.atEnd.peek() && toEnd());
    observer.observe(box.current);
    observer.observe(inner.current);
    return () => observer.disconnect();
  }, [conversation]);

  const facts = conversation.facts.value;
  // Of a locked talk nothing is here, and all of it is at the relay.
  const isLocked = facts?.reading === 'locked' && !conversation.looking.value;
  const isEmptied = state === 'ready' && !isLocked && messages.length === 0 && (facts?.lastSeq ?? 0) > 0;
  const unseen = atEnd ? 0 : messages.length - 1 - messages.findLastIndex((one) => one.id === seen);
  return (
    <div class="log-frame">
      <div
        class="log"
        role="log"
        aria-live="off"
        aria-label={t('talk.label', { name: subjectName(conversation.facts.value?.visitorName ?? null) })}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keys that scroll
        tabIndex={0}
        ref={box}
        onScroll={onScroll}
      >
        <div class="log-inner" ref={inner}>
          {state === 'loading' && messages.length === 0 && <p class="log-note">{t('talk.loading')}</p>}
          {state !== 'loading' && state !== 'ready' && messages.length === 0 && (
            <p class="log-note" role="alert">
              {t('talk.failed', { why: failureWords(state) })}{' '}
              <button type="button" class="text-button" onClick={() => void conversation.load()}>
                {t('app.retry')}
              </button>
            </p>
          )}
          {state === 'ready' && conversation.hasEarlier.value && (
            <button type="button" class="text-button earlier" onClick={() => void conversation.loadEarlier()}>
              {t('talk.earlier')}
            </button>
          )}
          {state === 'ready' && !conversation.hasEarlier.value && <AgreedLine conversation={conversation} />}
          {state === 'ready' && <AfterWithdrawal workspace={workspace} conversation={conversation} />}
          {isEmptied && <p class="log-note">{t('talk.erased')}</p>}
          {groups.map((group) => (
            <BubbleGroup
              key={group.key}
              conversation={conversation}
              group={group}
              me={workspace.me.id}
              way={way}
              onErase={mayErase ? setErasing : undefined}
            />
          ))}
          {state === 'ready' && <EndLine conversation={conversation} />}
        </div>
      </div>
      {erasing !== null && (
        <EraseMessageDialog conversationId={conversation.id} messageId={erasing} ask={ask} onClose={() => setErasing(null)} />
      )}
      {unseen > 0 && (
        <button type="button" class="cbtn below" onClick={toEnd}>
          {t('talk.newBelow', { count: unseen })}
          <Icon name="down" small />
        </button>
      )}
    </div>
  );
}

function AgreedLine({ conversation }: { conversation: Conversation }) {
  const card = conversation.consent.card.value;
  const facts = conversation.facts.value;
  // Nobody agreed to a chat that rests on another ground.
  if (!card || !facts || card.state === 'other_ground' || card.receipt === null) return null;
  const name = subjectName(facts.visitorName);
  const time = moment(card.grantedAt, now.value);
  const over = conversation.lock.value !== null;
  const word = over ? 'talk.agreed' : facts.keptUntil === null ? 'talk.agreedNoCookie' : 'talk.agreedCookie';
  return (
    <div class="agreed">
      <Icon name="agreed" />
      <span>{t(word, { name, time })}</span>
    </div>
  );
}

function EndLine({ conversation }: { conversation: Conversation }) {
  const lock = conversation.lock.value;
  if (!lock || lock.kind === 'expired' || lock.at === null) return null;
  const word = { withdrawn: 'talk.withdrew', ended: 'talk.ended', closed: 'talk.closed' } as const;
  const name = subjectName(conversation.facts.value?.visitorName ?? null);
  return (
    <div class={`agreed ending ${lock.kind}`}>
      <Icon name={lock.kind === 'withdrawn' ? 'refused' : 'terms'} />
      <span>{t(word[lock.kind], { name, time: moment(lock.at, now.value) })}</span>
    </div>
  );
}
