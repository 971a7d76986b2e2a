import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Me } from '../../shared/api.ts';
import type { InboxConversation, Message } from '../../shared/events.ts';
import { newId } from '../../shared/ids.ts';
import { PAGE_SIZE, SECOND, TYPING_HOLD } from '../../shared/limits.ts';
import { nextStatus } from '../../shared/message-status.ts';
import { contiguousSeq, mergeMessage, mergeMessages } from '../../shared/timeline.ts';
import type { Connection } from '../connection.ts';
import type { Failure } from '../errors.ts';
import { createAgain } from './again.ts';
import { type Consent, createConsent } from './consent.ts';
import type { Inbox } from './inbox.ts';
import { createOutbox } from './outbox.ts';
import { type Lock, lockOf, readAgain, stored, type TalkMessage } from './talk.ts';
import { canSend, cleanText } from './text.ts';

/** One conversation: its talk, its draft, its consent. It stays in memory while the console is open. */
export interface Conversation {
  readonly id: string;
  readonly facts: ReadonlySignal<InboxConversation | undefined>;
  readonly messages: ReadonlySignal<readonly TalkMessage[]>;
  readonly state: ReadonlySignal<'loading' | 'ready' | Failure>;
  readonly lock: ReadonlySignal<Lock | null>;
  /** Is a talk that its withdrawal has locked open here, for this one look? */
  readonly looking: ReadonlySignal<boolean>;
  readonly consent: Consent;
  readonly draft: ReadonlySignal<string>;
  /** Another agent's answer that came while something was being written here. */
  readonly overtaken: ReadonlySignal<TalkMessage | null>;
  /** Is the newest message in sight? The view says so. */
  readonly atEnd: Signal<boolean>;
  /** The highest seq of the visitor's that is in memory without a gap before it. */
  readonly heardSeq: ReadonlySignal<number>;
  /** Is there talk before the oldest message in memory? */
  readonly hasEarlier: ReadonlySignal<boolean>;
  /** Asks for what is missing; on another line for all of it, because a message may have been erased unheard. */
  load(line?: 'same' | 'another'): Promise<void>;
  /** Brings the page before the oldest message. */
  loadEarlier(): Promise<void>;
  take(message: Message): void;
  /** Opens what is locked, for who may; the relay writes each look down. */
  unlock(): Promise<Failure | null>;
  /** Lets go of what was looked at. */
  cover(): void;
  /** What the relay says of who may read it has changed. */
  follow(): void;
  write(text: string): void;
  stopTyping(): void;
  send(): void;
  retry(id: string): void;
  /** Puts a refused message back into the composer. */
  edit(id: string): void;
  close(): Promise<Failure | null>;
  reopen(): Promise<Failure | null>;
  /** How often what was said here was erased while it was open. */
  readonly erased: ReadonlySignal<number>;
  /** What was said is gone: nothing of it stays in memory, and what is left is read anew. */
  readAnew(): void;
  /** Everything that was written and has not arrived, as text. */
  unsentText(): string;
  hasUnsent(): boolean;
  /** Is anything here that was read, or written? */
  holdsAnything(): boolean;
}

interface Parts {
  id: string;
  connection: Connection;
  inbox: Inbox;
  me: Me;
  draft?: string;
}

/** Repeated before the last signal runs out. */
const TYPING_REPEAT = (TYPING_HOLD * 2) / 3;
/** Without a key for this long, nobody is writing. */
const TYPING_IDLE = 5 * SECOND;

export function createConversation({ id, connection, inbox, me, draft: firstDraft = '' }: Parts): Conversation {
  const facts = computed(() => inbox.all.value.get(id));
  const messages = signal<readonly TalkMessage[]>([]);
  const state = signal<'loading' | 'ready' | Failure>('loading');
  const draft = signal(firstDraft);
  const draftSince = signal<number | null>(null);
  const looking = signal(false);
  const consent = createConsent(connection, id);
  const lock = computed(() => lockOf(facts.value, consent.card.value?.state === 'expired'));
  /** The seq before the oldest message in memory: from here on nothing may be missing. */
  const base = signal(0);
  const erased = signal(0);
  let opened = false;
  let filling = false;
  let loadingEarlier = false;
  let again = false;
  /** What is in memory after this seq is asked for once more. */
  let anewAfter: number | null = null;
  let typingSaid = 0;
  let idle: ReturnType<typeof setTimeout> | undefined;

  const askAgain = createAgain(connection, () => void fill());

  const outbox = createOutbox(connection, id, {
    stored: (message) => {
      take(message);
      inbox.addMessage(id, message);
    },
    failed: (messageId, failure) => {
      change(messageId, (one) => ({ ...one, status: nextStatus(one.status, 'refused'), failure }));
      // A refusal because of the conversation's state: that state is news to us.
      if (failure !== 'no_answer') void fill();
    },
  });

  function change(messageId: string, to: (one: TalkMessage) => TalkMessage): void {
    messages.value = messages.value.map((one) => (one.id === messageId && one.seq === null ? to(one) : one));
  }

  function upTo(): number {
    return contiguousSeq(messages.value, base.value);
  }

  async function loadEarlier(): Promise<void> {
    if (base.value === 0 || loadingEarlier) return;
    loadingEarlier = true;
    const until = base.value;
    const afterSeq = Math.max(0, until - PAGE_SIZE);
    const reply = looking.peek()
      ? await connection.ask('conversation:unlock', { conversationId: id, afterSeq })
      : await connection.ask('conversation:sync', { conversationId: id, afterSeq });
    loadingEarlier = false;
    if (!reply.ok) return;
    const earlier = reply.data.messages.filter((one) => one.seq > afterSeq && one.seq <= until);
    batch(() => {
      messages.value = mergeMessages(messages.value, earlier.map(stored));
      base.value = earlier.length === 0 ? 0 : afterSeq;
    });
  }

  async function fill(): Promise<void> {
    if (filling) {
      again = true;
      return;
    }
    filling = true;
    for (;;) {
      again = false;
      const anew = anewAfter;
      const cursor = anew ?? upTo();
      const first = !opened;
      const reply = first
        ? await connection.ask('conversation:open', { conversationId: id })
        : await connection.ask('conversation:sync', { conversationId: id, afterSeq: cursor });
      if (!reply.ok) {
        if (first) state.value = reply.error;
        // Asked again meanwhile, as by a new connect: that question deserves its own answer.
        if (again && connection.state.peek() === 'online') continue;
        askAgain(reply.error);
        break;
      }
      opened = true;
      const [oldest] = reply.data.messages;
      const goesOn = anewAfter !== null && !first && reply.data.more;
      anewAfter = goesOn ? (reply.data.messages.at(-1)?.seq ?? null) : null;
      if (first) base.value = (oldest?.seq ?? 1) - 1;
      inbox.put(reply.data.conversation);
      if (isLocked()) hide();
      // What was erased comes with every answer, also from before the page that is in memory here.
      const told = reply.data.messages.filter(({ seq }) => seq > base.value);
      const kept = anew === null || first ? messages.value : readAgain(messages.value, anew, reply.data);
      messages.value = mergeMessages(kept, told.map(stored));
      for (const message of told) outbox.settle(message.id);
      state.value = 'ready';
      const missing = !isLocked() && upTo() < reply.data.conversation.lastSeq && (reply.data.more || first);
      if (!again && anewAfter === null && !(missing && (first || upTo() > cursor))) break;
    }
    filling = false;
  }

  const isLocked = (): boolean => facts.peek()?.reading === 'locked' && !looking.peek();

  /** Locked, it is not covered on the screen but let go of: no word of it stays in this browser. */
  function hide(): void {
    batch(() => {
      looking.value = false;
      messages.value = messages.value.filter(({ seq }) => seq === null);
      base.value = 0;
    });
  }

  async function unlock(): Promise<Failure | null> {
    const reply = await connection.ask('conversation:unlock', { conversationId: id, afterSeq: null });
    if (!reply.ok) return reply.error;
    batch(() => {
      looking.value = reply.data.conversation.reading === 'locked';
      base.value = (reply.data.messages[0]?.seq ?? 1) - 1;
      inbox.put(reply.data.conversation);
      messages.value = mergeMessages(messages.value, reply.data.messages.map(stored));
    });
    return null;
  }

  function take(message: Message): void {
    outbox.settle(message.id);
    const before = upTo();
    messages.value = mergeMessage(messages.value, stored(message));
    if (opened && message.seq > before + 1) void fill();
  }

  function sayTyping(typing: boolean): void {
    typingSaid = typing ? Date.now() : 0;
    void connection.ask('typing:set', { conversationId: id, typing });
  }
  function stopTyping(): void {
    clearTimeout(idle);
    if (typingSaid > 0) sayTyping(false);
  }

  function write(text: string): void {
    const before = draft.value;
    draft.value = text;
    if (before.trim() === '' && text.trim() !== '') draftSince.value = upTo();
    if (text.trim() === '') {
      draftSince.value = null;
      stopTyping();
      return;
    }
    if (lock.value) return;
    if (Date.now() - typingSaid >= TYPING_REPEAT) sayTyping(true);
    clearTimeout(idle);
    idle = setTimeout(stopTyping, TYPING_IDLE);
  }

  function send(): void {
    if (lock.value || !canSend(draft.value)) return;
    const body = cleanText(draft.value);
    const message = { id: newId(), author: 'agent', agentId: me.id, name: me.name, body, at: Date.now() } as const;
    messages.value = mergeMessage(messages.value, { ...message, seq: null, status: 'sending', failure: null });
    write('');
    outbox.add({ id: message.id, body });
  }

  async function set(command: 'conversation:close' | 'conversation:reopen'): Promise<Failure | null> {
    const reply = await connection.ask(command, { conversationId: id });
    if (!reply.ok) return reply.error;
    inbox.put(reply.data);
    return null;
  }

  return {
    id,
    facts,
    messages,
    state,
    lock,
    looking,
    consent,
    draft,
    atEnd: signal(true),
    heardSeq: computed(() => {
      const last = upTo();
      return messages.value.findLast((one) => one.author === 'visitor' && one.seq !== null && one.seq <= last)?.seq ?? 0;
    }),
    overtaken: computed(() => {
      const since = draftSince.value;
      if (since === null) return null;
      return messages.value.findLast((one) => one.author === 'agent' && one.agentId !== me.id && (one.seq ?? 0) > since) ?? null;
    }),
    hasEarlier: computed(() => base.value > 0),
    loadEarlier,
    async load(line = 'same') {
      if (!opened) state.value = 'loading';
      else if (line === 'another' && !looking.peek()) anewAfter = base.peek();
      await Promise.all([fill(), consent.load()]);
      void outbox.pump();
    },
    take,
    unlock,
    cover() {
      if (looking.peek()) hide();
    },
    follow() {
      if (isLocked()) hide();
      else if (opened && !looking.peek()) void fill();
    },
    write,
    stopTyping,
    send,
    retry(messageId) {
      change(messageId, (one) => ({ ...one, status: nextStatus(one.status, 'retry'), failure: null }));
      outbox.retry(messageId);
    },
    edit(messageId) {
      const back = outbox.takeBack(messageId);
      if (!back) return;
      messages.value = messages.value.filter((one) => one.id !== messageId);
      write(draft.value.trim() === '' ? back.body : `${back.body}\n${draft.value}`);
    },
    erased,
    readAnew() {
      batch(() => {
        messages.value = messages.value.filter((one) => one.seq === null);
        base.value = 0;
        erased.value += 1;
      });
      opened = false;
      void fill();
    },
    close: () => set('conversation:close'),
    reopen: () => set('conversation:reopen'),
    unsentText: () => [...outbox.unsent().map((one) => one.body), draft.value].filter((text) => text.trim() !== '').join('\n'),
    hasUnsent: () => outbox.unsent().length > 0,
    holdsAnything: () => opened || messages.value.length > 0 || draft.value.trim() !== '',
  };
}
