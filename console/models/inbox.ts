import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { AgentPresence, InboxConversation, InboxCursor, InboxPage, Message } from '../../shared/events.ts';
import { SECOND } from '../../shared/limits.ts';
import type { Marks } from '../../shared/message-status.ts';
import type { Connection } from '../connection.ts';
import type { Failure } from '../errors.ts';
import { createAgain } from './again.ts';
import {
  byLastWord,
  type GroupName,
  groupOf,
  inView,
  mergeConversation,
  unreadFor,
  type View,
  withMessage,
} from './inbox-rules.ts';

export interface Group {
  name: GroupName;
  conversations: InboxConversation[];
}

/** The list of conversations, live. One map holds each conversation once; views and groups are read from it. */
export interface Inbox {
  readonly view: Signal<View>;
  readonly state: ReadonlySignal<'loading' | 'ready' | Failure>;
  readonly groups: ReadonlySignal<Group[]>;
  readonly counts: ReadonlySignal<InboxPage['counts']>;
  readonly unread: ReadonlySignal<number>;
  readonly agents: Signal<AgentPresence[]>;
  readonly hasMore: ReadonlySignal<boolean>;
  readonly loadingMore: ReadonlySignal<boolean>;
  readonly all: ReadonlySignal<ReadonlyMap<string, InboxConversation>>;
  find(id: string): InboxConversation | undefined;
  load(): Promise<void>;
  loadMore(): Promise<void>;
  put(conversation: InboxConversation): void;
  /** Takes a conversation out of every list: its visitor was forgotten. */
  drop(id: string): void;
  addMessage(conversationId: string, message: Message): void;
  addAgentMarks(conversationId: string, marks: Marks): void;
}

const VIEWS: readonly View[] = ['unassigned', 'mine', 'all'];
const GROUPS: Record<View, readonly GroupName[]> = {
  unassigned: ['unassigned'],
  mine: ['mine'],
  all: ['unassigned', 'mine', 'others', 'closed'],
};
/** Several facts of one act arrive together, and a busy hour brings many: the counts are asked for once in a while. */
const COUNT_SOON = 250;
const COUNT_REST = 2 * SECOND;
const NO_COUNTS = { unassigned: 0, mine: 0, all: 0, unread: 0 };

/** The counts after one conversation moved, until the relay has counted again. One that was never seen may be old. */
function recount(counts: InboxPage['counts'], from: GroupName | undefined, to: GroupName, fresh: boolean): InboxPage['counts'] {
  const next = { ...counts };
  if (from === 'unassigned' || from === 'mine') next[from] = Math.max(0, next[from] - 1);
  if ((from || fresh) && (to === 'unassigned' || to === 'mine')) next[to] += 1;
  if (fresh) next.all += 1;
  return next;
}

export function createInbox(connection: Connection, me: string): Inbox {
  const view = signal<View>('all');
  const state = signal<'loading' | 'ready' | Failure>('loading');
  const all = signal<ReadonlyMap<string, InboxConversation>>(new Map());
  const counts = signal(NO_COUNTS);
  const agents = signal<AgentPresence[]>([]);
  const cursors = signal<Record<View, InboxCursor | null>>({ unassigned: null, mine: null, all: null });
  const loadingMore = signal(false);
  let counting: ReturnType<typeof setTimeout> | undefined;
  let counted = 0;
  const askAgain = createAgain(connection, () => void load());

  function putAll(conversations: readonly InboxConversation[]): void {
    if (conversations.length === 0) return;
    const next = new Map(all.value);
    for (const one of conversations) next.set(one.id, mergeConversation(next.get(one.id), one));
    all.value = next;
  }

  function takePage(page: InboxPage): void {
    putAll(page.conversations);
    counts.value = page.counts;
    agents.value = page.agents;
  }

  async function load(): Promise<void> {
    const before = [...all.value.keys()];
    const pages = await Promise.all(VIEWS.map((one) => connection.ask('inbox:list', { view: one, before: null })));
    batch(() => {
      const next = { ...cursors.value };
      for (const [at, page] of pages.entries()) {
        const name = VIEWS[at];
        if (!name) continue;
        if (!page.ok) {
          // What is already in sight stays; the strip says that the line is down.
          if (all.value.size === 0) state.value = page.error;
          askAgain(page.error);
          return;
        }
        takePage(page.data);
        next[name] = page.data.next;
      }
      cursors.value = next;
      state.value = 'ready';
      forgetAllBut(pages, before);
    });
  }

  /** Where the relay has told of every conversation, what it did not tell of is no more. */
  function forgetAllBut(pages: Awaited<ReturnType<typeof connection.ask<'inbox:list'>>>[], before: readonly string[]): void {
    const whole = pages[VIEWS.indexOf('all')];
    if (!whole?.ok || whole.data.next !== null) return;
    const told = new Set(pages.flatMap((page) => (page.ok ? page.data.conversations.map(({ id }) => id) : [])));
    // What came meanwhile is newer than what was told.
    for (const id of before) if (!told.has(id)) drop(id);
  }

  async function loadMore(): Promise<void> {
    const name = view.value;
    const before = cursors.value[name];
    if (before === null || loadingMore.value) return;
    loadingMore.value = true;
    const page = await connection.ask('inbox:list', { view: name, before });
    batch(() => {
      loadingMore.value = false;
      if (!page.ok) return;
      takePage(page.data);
      cursors.value = { ...cursors.value, [name]: page.data.next };
    });
  }

  function countAgain(): void {
    if (counting !== undefined) return;
    const wait = Math.max(COUNT_SOON, counted + COUNT_REST - Date.now());
    counting = setTimeout(async () => {
      counting = undefined;
      counted = Date.now();
      const page = await connection.ask('inbox:list', { view: 'unassigned', before: null });
      if (page.ok) batch(() => takePage(page.data));
    }, wait);
  }

  function put(conversation: InboxConversation): void {
    const known = all.value.get(conversation.id);
    const from = known && groupOf(known, me);
    const to = groupOf(conversation, me);
    batch(() => {
      putAll([conversation]);
      if (from === to) return;
      counts.value = recount(counts.value, from, to, !known && conversation.lastSeq <= 1);
      countAgain();
    });
  }

  function drop(id: string): void {
    if (!all.value.has(id)) return;
    const next = new Map(all.value);
    next.delete(id);
    all.value = next;
    countAgain();
  }

  function change(id: string, to: (known: InboxConversation) => InboxConversation): void {
    const known = all.value.get(id);
    if (!known) return;
    const next = to(known);
    if (next !== known) all.value = new Map(all.value).set(id, next);
  }

  const groups = computed<Group[]>(() => {
    const sorted = [...all.value.values()].filter((one) => inView(one, view.value, me)).sort(byLastWord);
    return GROUPS[view.value].map((name) => ({ name, conversations: sorted.filter((one) => groupOf(one, me) === name) }));
  });

  return {
    view,
    state,
    groups,
    counts,
    agents,
    all,
    loadingMore,
    unread: computed(() => {
      const known = unreadFor(all.value.values(), me);
      const whole = cursors.value.unassigned === null && cursors.value.mine === null;
      // What has not been loaded is unread too; the relay has counted it.
      return whole ? known : Math.max(known, counts.value.unread);
    }),
    hasMore: computed(() => cursors.value[view.value] !== null),
    find: (id) => all.value.get(id),
    load,
    loadMore,
    put,
    drop,
    addMessage(id, message) {
      change(id, (known) => withMessage(known, message));
    },
    addAgentMarks(id, marks) {
      change(id, (known) => mergeConversation(known, { ...known, agentMarks: marks }));
    },
  };
}
