import { useEffect, useRef } from 'preact/hooks';
import { failureWords } from '../errors.ts';
import { t } from '../i18n.ts';
import type { Group, Inbox } from '../models/inbox.ts';
import type { View } from '../models/inbox-rules.ts';
import type { Workspace } from '../models/workspace.ts';
import { InboxItem } from './InboxItem.tsx';
import { WhoIsHere } from './WhoIsHere.tsx';

const VIEWS: readonly View[] = ['unassigned', 'mine', 'all'];
/** How far from the end of the list the next page is asked for. */
const NEAR_END = 200;

/** The list of conversations with its three views. */
export function InboxList({ workspace }: { workspace: Workspace }) {
  return (
    <section class="list" aria-label={t('inbox.title')}>
      <header class="list-head">
        <h2>{t('inbox.title')}</h2>
        <Views inbox={workspace.inbox} />
      </header>
      <Groups workspace={workspace} />
      <WhoIsHere workspace={workspace} />
    </section>
  );
}

function Views({ inbox }: { inbox: Inbox }) {
  const view = inbox.view.value;
  const counts = inbox.counts.value;
  const tabs = useRef<HTMLDivElement>(null);

  function onKeyDown(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const forward = getComputedStyle(event.currentTarget as Element).direction === 'rtl' ? -step : step;
    const next = VIEWS.at((VIEWS.indexOf(view) + forward) % VIEWS.length);
    if (!next) return;
    event.preventDefault();
    inbox.view.value = next;
    tabs.current?.querySelector<HTMLElement>(`#view-${next}`)?.focus();
  }

  return (
    <div class="views" role="tablist" aria-label={t('inbox.views')} tabIndex={-1} ref={tabs} onKeyDown={onKeyDown}>
      {VIEWS.map((one) => (
        <button
          key={one}
          type="button"
          role="tab"
          id={`view-${one}`}
          aria-controls="inbox-list"
          aria-selected={view === one}
          tabIndex={view === one ? 0 : -1}
          onClick={() => {
            inbox.view.value = one;
          }}
        >
          {t(`inbox.${one}`)} <span>{cappedCount(counts[one])}</span>
        </button>
      ))}
    </div>
  );
}

/** The relay counts so far and no further. */
function cappedCount(count: number): string {
  return count > 999 ? '999+' : String(count);
}

/** Moves the focus between conversations by the arrow keys. */
function onArrows(event: KeyboardEvent): void {
  if (!(event.currentTarget instanceof Element)) return;
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('.item')];
  const active = document.activeElement;
  const at = active instanceof HTMLElement ? items.indexOf(active) : -1;
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (at === -1 || to === undefined) return;
  event.preventDefault();
  items[Math.min(Math.max(to, 0), items.length - 1)]?.focus();
}

function Groups({ workspace }: { workspace: Workspace }) {
  const { inbox } = workspace;
  const state = inbox.state.value;
  const groups = inbox.groups.value;
  const box = useRef<HTMLDivElement>(null);
  const shown = groups.flatMap((group) => group.conversations);
  const current = workspace.current.value?.id;
  const tabbable = shown.some((one) => one.id === current) ? current : shown[0]?.id;

  // A list that is shorter than its box has no scrolling to ask with.
  useEffect(() => {
    const list = box.current;
    if (list && list.clientHeight > 0 && list.scrollHeight <= list.clientHeight && inbox.hasMore.value) void inbox.loadMore();
  }, [shown.length, inbox.hasMore.value]);

  function onScroll(): void {
    const list = box.current;
    if (list && list.scrollTop + list.clientHeight > list.scrollHeight - NEAR_END) void inbox.loadMore();
  }

  return (
    <div
      class="items"
      id="inbox-list"
      role="tabpanel"
      aria-labelledby={`view-${inbox.view.value}`}
      tabIndex={-1}
      ref={box}
      onScroll={onScroll}
      onKeyDown={onArrows}
    >
      {state === 'loading' && <Skeleton />}
      {state !== 'loading' && state !== 'ready' && (
        <p class="list-note" role="alert">
          {t('inbox.failed')} {failureWords(state)}{' '}
          <button type="button" class="text-button" onClick={() => void inbox.load()}>
            {t('app.retry')}
          </button>
        </p>
      )}
      {state === 'ready' &&
        groups.map((group) => <GroupOfItems key={group.name} workspace={workspace} group={group} tabbable={tabbable} />)}
      {state === 'ready' && inbox.hasMore.value && (
        <button type="button" class="text-button more" onClick={() => void inbox.loadMore()}>
          {t(inbox.loadingMore.value ? 'inbox.loadingMore' : 'inbox.more')}
        </button>
      )}
    </div>
  );
}

interface GroupProps {
  workspace: Workspace;
  group: Group;
  tabbable: string | undefined;
}

function GroupOfItems({ workspace, group, tabbable }: GroupProps) {
  const { name, conversations } = group;
  const empty = { unassigned: t('inbox.noneUnassigned'), mine: t('inbox.noneMine'), others: null, closed: null }[name];
  if (conversations.length === 0 && empty === null) return null;
  const counts = workspace.inbox.counts.value;
  const count = name === 'unassigned' || name === 'mine' ? Math.max(counts[name], conversations.length) : null;
  return (
    <section aria-labelledby={`group-${name}`}>
      <h3 class="group" id={`group-${name}`}>
        {t(`inbox.${name}`)} {count !== null && <span>{cappedCount(conversations.length === 0 ? 0 : count)}</span>}
      </h3>
      {conversations.length === 0 ? (
        <p class="list-note">{empty}</p>
      ) : (
        <ul>
          {conversations.map((one) => (
            <InboxItem key={one.id} workspace={workspace} conversation={one} tabbable={one.id === tabbable} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Skeleton() {
  return (
    <div class="skeleton" role="status">
      <span class="sr">{t('app.loading')}</span>
      <i />
      <i />
      <i />
    </div>
  );
}
