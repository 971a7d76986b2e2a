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

/** Gone through again for what had been loaded; whoever had loaded more loads it again. */
const PAGES_AGAIN = 10;

/** `isOpen`: is this conversation before somebody? It asks for itself. */
export function createInbox(connection: Connection, me: string, isOpen: (id: string) => boolean = () => false): Inbox {
  const view = signal<View>('all');
  const state = signal<'loading' | 'ready' | Failure>('loading');
  const all = signal<ReadonlyMap<string, InboxConversation>>(new Map());
  const counts = signal(NO_COUNTS);
  const agents = signal<AgentPresence[]>([]);
  const cursors = signal<Record<View, InboxCursor | null>>({ unassigned: null, mine: null, all: null });
  const loadingMore = signal(false);
  let counting: ReturnType<typeof setTimeout> | undefined;
  let counted = 0;
  /** What was told of since the list was asked for: newer than what the list does not tell of. */
  let told = new Set<string>();
  const askAgain = createAgain(connection, () => void load());

  function putAll(conversations: readonly InboxConversation[]): void {
    if (conversations.length === 0) return;
    const next = new Map(all.value);
    for (const one of conversations) {
      next.set(one.id, mergeConversation(next.get(one.id), one));
      told.add(one.id);
    }
    all.value = next;
  }

  function takePage(page: InboxPage): void {
    putAll(page.conversations);
    counts.value = page.counts;
    agents.value = page.agents;
  }

  async function load(): Promise<void> {
    const before = [...all.value.keys()];
    const since = new Set<string>();
    told = since;
    const pages = await Promise.all(VIEWS.map((one) => connection.ask('inbox:list', { view: one, before: null })));
    // Asked for anew meanwhile, as by a new connect: that goes through it all.
    if (told !== since) return;
    const next = { ...cursors.value };
    let failed = false;
    batch(() => {
      for (const [at, page] of pages.entries()) {
        const name = VIEWS[at];
        if (!name) continue;
        if (!page.ok) {
          // What is already in sight stays; the strip says that the line is down.
          if (all.value.size === 0) state.value = page.error;
          failed = true;
          askAgain(page.error);
          return;
        }
        takePage(page.data);
        next[name] = page.data.next;
      }
      cursors.value = next;
      state.value = 'ready';
    });
    if (!failed) await goThrough(before, since);
  }

  /**
   * Goes on through what had been loaded before, as far as it reached, and lets go of what the relay did not tell of:
   * it is no more, or lies further down than was asked for again, and is loaded from there.
   */
  async function goThrough(before: readonly string[], since: ReadonlySet<string>): Promise<void> {
    const missing = (): string[] => before.filter((id) => !since.has(id) && !isOpen(id));
    let end = cursors.value.all;
    for (let left = PAGES_AGAIN; left > 0 && end && isBeyond(missing(), end); left -= 1) {
      const page = await connection.ask('inbox:list', { view: 'all', before: end });
      if (told !== since) return;
      if (!page.ok) {
        askAgain(page.error);
        return;
      }
      end = page.data.next;
      batch(() => {
        takePage(page.data);
        cursors.value = { ...cursors.value, all: page.data.next };
      });
    }
    batch(() => missing().forEach(drop));
  }

  /** Does one of them stand below where the relay has told of everything? */
  function isBeyond(ids: readonly string[], end: InboxCursor): boolean {
    return ids.some((id) => {
      const known = all.value.get(id);
      return known && (known.lastAt < end.at || (known.lastAt === end.at && id < end.id));
    });
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
