import type { Conversation } from '../../../console/models/conversation.ts';
import type { Workspace } from '../../../console/models/workspace.ts';
import type { Me } from '../../../shared/api.ts';
import type { Presence } from '../../../shared/events.ts';
import { contiguousSeq } from '../../../shared/timeline.ts';
import { waitFor } from '../../support/wait-for.ts';
import { consoleCode } from './bundle.ts';
import type { History } from './history.ts';
import type { Stored } from './judge.ts';
import { type Browser, openPage, type Page } from './page.ts';

/** The product's own console without its screen, signed in; what it does goes into the history. */
export interface AgentDesk {
  readonly name: string;
  readonly me: Me;
  readonly page: Page;
  readonly workspace: Workspace;
  /** Conversations that were opened here. */
  readonly opened: ReadonlyMap<string, Conversation>;
  /** Opens a conversation, and resolves when its talk is there. */
  open(conversationId: string): Promise<Conversation>;
  /** Writes into a conversation that was opened; null where it is locked. */
  send(conversationId: string, body: string): string | null;
  stored(conversationId: string): Stored[];
  isSettled(conversationId: string, lastSeq: number): boolean;
  /** Brings the whole talk from its first message. */
  readBack(conversationId: string): Promise<void>;
  leave(): void;
}

export interface DeskParts {
  name: string;
  history: History;
  me: Me;
  browser: Browser;
  port: number;
  origin: string;
  hurry?: number;
  /** Whether somebody looks at the window: only then is a message read. */
  looking?: boolean;
  /** What this window says of the agent when it connects. */
  presence?: Presence;
  onEnded?: () => void;
}

/** Refusals that say nothing about the message: it may be stored, or be taken the next time. */
const PASSING = ['no_answer', 'unavailable', 'rate_limited', 'internal'];

export async function openDesk({
  name,
  history,
  me,
  looking = true,
  presence: said,
  onEnded = () => undefined,
  ...options
}: DeskParts): Promise<AgentDesk> {
  const page = openPage({ ...options, looking });
  const parts = (await consoleCode())(page.globals);
  const workspace = parts.createWorkspace({
    me,
    connect: (presence) => parts.createConnection({ presence: () => said ?? presence(), onUnauthorized: () => undefined }),
    drafts: new Map(),
    onEnded,
    onOpen: () => undefined,
  });
  const opened = new Map<string, Conversation>();
  const logged = new Map<string, number | string>();
  const mine = new Set<string>();

  function log(conversation: Conversation): void {
    for (const { id, seq, status, failure } of conversation.messages.peek()) {
      const refused = status === 'failed' && failure !== null && !PASSING.includes(failure) ? failure : null;
      const news = seq ?? refused;
      if (news === null || logged.get(id) === news) continue;
      logged.set(id, news);
      if (typeof news === 'string') history.fail(id, news);
      else if (mine.has(id)) history.ok(id, news);
      else history.saw(name, id, news);
    }
  }
  function known(conversationId: string): Conversation {
    const conversation = opened.get(conversationId);
    if (!conversation) throw new Error(`${name} has not opened ${conversationId}`);
    return conversation;
  }
  /** After a line that was lost, a talk that was not on the screen is another one when it is shown again. */
  function hold(conversation: Conversation): void {
    if (opened.get(conversation.id) === conversation) return;
    opened.set(conversation.id, conversation);
    conversation.messages.subscribe(() => log(conversation));
  }
  workspace.current.subscribe((conversation) => {
    if (conversation && opened.has(conversation.id)) hold(conversation);
  });

  return {
    name,
    me,
    page,
    workspace,
    opened,
    async open(conversationId) {
      workspace.show(conversationId);
      const conversation = workspace.current.peek();
      if (!conversation) throw new Error('nothing was opened');
      hold(conversation);
      await waitFor(() => conversation.state.peek() === 'ready', `the talk at ${name}`);
      return conversation;
    },
    send(conversationId, body) {
      const conversation = known(conversationId);
      if (conversation.lock.peek()) return null;
      const before = new Set(conversation.messages.peek().map(({ id }) => id));
      conversation.write(body);
      conversation.send();
      const message = conversation.messages.peek().find(({ id }) => !before.has(id));
      if (!message) return null;
      mine.add(message.id);
      history.invoke({ id: message.id, conversation: conversationId, author: 'agent', body: message.body });
      return message.id;
    },
    stored: (conversationId) =>
      known(conversationId)
        .messages.peek()
        .flatMap(({ id, seq, author, body }) => (seq === null ? [] : [{ id, seq, author, body }])),
    isSettled(conversationId, lastSeq) {
      const messages = known(conversationId).messages.peek();
      const base = (messages.find(({ seq }) => seq !== null)?.seq ?? 1) - 1;
      const waits = messages.some(
        ({ seq, status, failure }) => seq === null && (status === 'sending' || failure === 'no_answer'),
      );
      return workspace.connection.state.peek() === 'online' && !waits && contiguousSeq(messages, base) === lastSeq;
    },
    async readBack(conversationId) {
      const conversation = known(conversationId);
      await waitFor(
        async () => {
          await conversation.loadEarlier();
          return !conversation.hasEarlier.peek();
        },
        `the earlier talk at ${name}`,
        { timeoutMs: 30_000 },
      );
    },
    leave() {
      workspace.leave();
      page.close();
    },
  };
}
