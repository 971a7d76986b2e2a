import { type Signal, signal } from '@preact/signals';
import type { Connection, LineState, Reply } from '../../console/connection.ts';
import { byLastWord } from '../../console/models/inbox-rules.ts';
import type {
  AgentCommand,
  AgentFacts,
  AgentInput,
  AgentPresence,
  AgentResult,
  ConsentCard,
  InboxConversation,
  Message,
} from '../../shared/events.ts';
import { newId } from '../../shared/ids.ts';
import { mergeMarks } from '../../shared/message-status.ts';

export const MARIA = { id: newId(1), name: 'Maria Costa', email: 'maria@northwind.example', role: 'owner' } as const;
export const TOMAS = { id: newId(2), name: 'Tomás Ó Briain', presence: 'online' } as const satisfies AgentPresence;

/** So many conversations come at a time. */
export const INBOX_PAGE = 30;

/** 14:32:07 UTC on the day of the sheets. */
export const GRANTED = Date.UTC(2026, 10, 23, 14, 32, 7);
const HASH = `9c41${'0'.repeat(56)}e07b`;

export function visitorMessage(seq: number, body: string, at = GRANTED + seq * 1000): Message {
  return { id: newId(), seq, author: 'visitor', agentId: null, name: null, body, at };
}
export function agentMessage(seq: number, body: string, agent: { id: string; name: string } = MARIA): Message {
  return { id: newId(), seq, author: 'agent', agentId: agent.id, name: agent.name, body, at: GRANTED + seq * 1000 };
}

export function makeConversation(change: Partial<InboxConversation> = {}): InboxConversation {
  return {
    id: newId(),
    siteName: 'Northwind Books',
    visitorName: 'Hanna Lindqvist',
    status: 'open',
    closedBy: null,
    closedAt: null,
    withdrawnAt: null,
    leftAt: null,
    visitorOnline: true,
    keptUntil: null,
    assignee: null,
    createdAt: GRANTED,
    lastSeq: 0,
    lastAt: GRANTED,
    last: null,
    reading: 'open',
    unread: 0,
    waitingSince: null,
    visitorMarks: { deliveredSeq: 0, readSeq: 0 },
    agentMarks: { deliveredSeq: 0, readSeq: 0 },
    ...change,
  };
}

export function makeCard(change: Partial<ConsentCard> = {}): ConsentCard {
  return {
    state: 'in_force',
    grantedAt: GRANTED,
    withdrawnAt: null,
    purposes: [
      { id: 'answer', name: 'Answer my message', legalBasis: 'consent', state: 'ConsentGiven', at: GRANTED },
      { id: 'list', name: 'Monthly reading list', legalBasis: 'consent', state: 'ConsentRefused', at: GRANTED },
    ],
    notice: { hash: HASH, version: 7, locale: 'en', url: `/notice/${HASH}` },
    action: 'click',
    page: 'https://northwind.example/new/cloth',
    browser: 'Firefox',
    ip: { mode: 'full', masked: '203.0.113.•••' },
    ledger: { seq: 10482, hash: HASH },
    receipt: '7f3c91d0aaaabbbbccccddddeeeeffff',
    visitor: { name: 'Hanna Lindqvist', email: 'hanna@lindqvist.example' },
    reading: 'open',
    ...change,
  };
}

type Handler = (input: never) => Reply<unknown> | Promise<Reply<unknown>>;

/** A relay in memory behind the console's own interface of a line: what it knows, what was asked, what it says. */
export class FakeRelay implements Connection {
  readonly state: Signal<LineState> = signal<LineState>('online');
  readonly held = signal(0);
  readonly asked: { command: AgentCommand; input: unknown }[] = [];
  readonly conversations = new Map<string, { facts: InboxConversation; messages: Message[]; card: ConsentCard }>();
  agents: AgentPresence[] = [{ id: MARIA.id, name: MARIA.name, presence: 'online' }];
  /** Answers in place of the usual ones. */
  readonly instead = new Map<AgentCommand, Handler>();
  readonly #listeners = new Map<string, (fact: never) => void>();
  readonly #connects: (() => void)[] = [];

  add(change: Partial<InboxConversation> = {}, messages: Message[] = [], card: Partial<ConsentCard> = {}): InboxConversation {
    const last = messages.at(-1);
    const facts = makeConversation({
      lastSeq: messages.length,
      lastAt: last?.at ?? GRANTED,
      last: last ? { author: last.author, agentId: last.agentId, name: last.name, body: last.body } : null,
      ...change,
    });
    this.conversations.set(facts.id, { facts, messages, card: makeCard(card) });
    return facts;
  }

  /** Another line to what this relay holds, as after a reload or a new sign-in. */
  anotherLine(): FakeRelay {
    const line = new FakeRelay();
    for (const [id, known] of this.conversations) line.conversations.set(id, known);
    return line;
  }
  on<F extends keyof AgentFacts>(fact: F, listener: AgentFacts[F]): void {
    this.#listeners.set(fact, listener as (fact: never) => void);
  }
  onConnect(listener: () => void): void {
    this.#connects.push(listener);
    if (this.state.value === 'online') listener();
  }
  connectNow(): void {
    this.state.value = 'online';
    for (const listener of this.#connects) listener();
  }
  close(): void {
    this.state.value = 'lost';
  }
  lose(): void {
    this.state.value = 'lost';
  }
  says<F extends keyof AgentFacts>(fact: F, value: Parameters<AgentFacts[F]>[0]): void {
    this.#listeners.get(fact)?.(value as never);
  }
  /** What was asked by one name, oldest first. */
  heard<C extends AgentCommand>(command: C): AgentInput<C>[] {
    return this.asked.filter((one) => one.command === command).map((one) => one.input as AgentInput<C>);
  }
  /** A change of one conversation, told as the relay tells it. */
  change(id: string, change: Partial<InboxConversation>): void {
    const known = this.#known(id);
    known.facts = { ...known.facts, ...change };
    this.says('inbox:changed', [known.facts]);
  }

  async ask<C extends AgentCommand>(command: C, input: AgentInput<C>): Promise<Reply<AgentResult<C>>> {
    if (this.state.value !== 'online') return { ok: false, error: 'no_answer' };
    this.asked.push({ command, input });
    const handler = this.instead.get(command);
    if (handler) return (await handler(input as never)) as Reply<AgentResult<C>>;
    // Erased, or restricted: to an agent neither is there.
    if ('conversationId' in input && !this.conversations.has(input.conversationId)) return { ok: false, error: 'not_found' };
    return { ok: true, data: this.#answer(command, input as Record<string, unknown>) as AgentResult<C> };
  }

  #known(id: unknown) {
    const known = this.conversations.get(String(id));
    if (!known) throw new Error(`no conversation ${id}`);
    return known;
  }

  #answer(command: AgentCommand, input: Record<string, unknown>): unknown {
    if (command === 'inbox:list') return this.#list(input as AgentInput<'inbox:list'>);
    if (command === 'presence:set') return this.agents;
    if (command === 'typing:set') return null;
    if (command === 'ip:reveal') return { ip: '203.0.113.77' };
    const known = this.#known(input.conversationId);
    if (command === 'consent:card') return known.card;
    if (command === 'conversation:open') return { conversation: known.facts, messages: known.messages, more: false };
    if (command === 'conversation:sync') {
      const after = Number(input.afterSeq);
      return { conversation: known.facts, messages: known.messages.filter((one) => one.seq > after), more: false };
    }
    if (command === 'message:mark') {
      known.facts = { ...known.facts, agentMarks: mergeMarks(known.facts.agentMarks, input as never) };
      return known.facts.agentMarks;
    }
    if (command === 'conversation:close') return { ...known.facts, status: 'closed', closedBy: 'agent', closedAt: GRANTED };
    if (command === 'conversation:reopen') return { ...known.facts, status: 'open', closedBy: null, closedAt: null };
    const message = { ...agentMessage(known.facts.lastSeq + 1, String(input.body)), id: String(input.id) };
    known.messages.push(message);
    known.facts = { ...known.facts, lastSeq: message.seq };
    return message;
  }

  #list({ view, before }: AgentInput<'inbox:list'>) {
    const all = [...this.conversations.values()].map((one) => one.facts);
    const open = all.filter((one) => one.status === 'open');
    const views = {
      unassigned: open.filter((one) => !one.assignee),
      mine: open.filter((one) => one.assignee?.id === MARIA.id),
      all,
    };
    const below = views[view]
      .toSorted(byLastWord)
      .filter((one) => before === null || one.lastAt < before.at || (one.lastAt === before.at && one.id < before.id));
    const conversations = below.slice(0, INBOX_PAGE);
    const last = conversations.at(-1);
    const counts = {
      unassigned: views.unassigned.length,
      mine: views.mine.length,
      all: all.length,
      unread: all.reduce((sum, one) => sum + one.unread, 0),
    };
    const next = last && conversations.length === INBOX_PAGE ? { at: last.lastAt, id: last.id } : null;
    return { conversations, next, counts, agents: this.agents };
  }
}
