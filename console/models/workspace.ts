import { batch, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Me } from '../../shared/api.ts';
import type { AgentPresence, InboxConversation, Presence } from '../../shared/events.ts';
import type { Connection } from '../connection.ts';
import { createAgain } from './again.ts';
import { watchAttention } from './attention.ts';
import { type Conversation, createConversation } from './conversation.ts';
import { createInbox, type Inbox } from './inbox.ts';
import { groupOf } from './inbox-rules.ts';
import { keepMarks } from './marks.ts';
import { noticing } from './noticing.ts';
import { createNotifier, type Notifier } from './notifier.ts';
import { keepPreferences } from './preferences.ts';
import type { Ended } from './session.ts';
import { createTyping, type Typing } from './typing.ts';

/** Everything of one signed-in agent: the line, the inbox, what is open, who else is here. */
export interface Workspace {
  readonly me: Me;
  readonly connection: Connection;
  readonly inbox: Inbox;
  readonly typing: Typing;
  readonly notifier: Notifier;
  readonly current: ReadonlySignal<Conversation | null>;
  readonly presence: ReadonlySignal<Presence>;
  /** When a visitor was seen going away, as far as this console was there to see it. */
  readonly awaySince: ReadonlySignal<ReadonlyMap<string, number>>;
  /** The newest message of a visitor in the open conversation, for a screen reader. */
  readonly heard: ReadonlySignal<{ name: string | null; body: string } | null>;
  /** The conversation that was open is no more: why, or `gone` where nobody was there to be told. */
  readonly lost: ReadonlySignal<Lost | null>;
  show(id: string | null): void;
  setPresence(presence: Presence): void;
  /** What is written and has not arrived, by conversation, to be kept through a new sign-in. */
  leave(): Map<string, string>;
  hasUnsent(): boolean;
}

type Lost = 'erased' | 'restricted' | 'gone';

interface Parts {
  me: Me;
  connect(presence: () => Presence): Connection;
  drafts: ReadonlyMap<string, string>;
  onEnded(reason: Ended): void;
  onOpen(conversationId: string): void;
  /** What was open is no more. */
  onGone?(): void;
}

export function createWorkspace({ me, connect, drafts, onEnded, onOpen, onGone }: Parts): Workspace {
  const preferences = keepPreferences(me.id);
  const presence: Signal<Presence> = signal(preferences.get().away ? 'away' : 'online');
  const connection = noticing(
    connect(() => presence.peek()),
    (id) => isHeld(id) && letGo(id, 'gone'),
  );
  const current = signal<Conversation | null>(null);
  const inbox = createInbox(connection, me.id, (id) => current.peek()?.id === id);
  const typing = createTyping(me.id);
  const notifier = createNotifier(onOpen, preferences);
  const { looking, stop: stopWatching } = watchAttention();
  const lost = signal<Lost | null>(null);
  /** No fact that was on its way brings them back. */
  const gone = new Set<string>();
  /** Written before the last sign-in, for what was not opened since. */
  const kept = new Map(drafts);
  const awaySince = signal<ReadonlyMap<string, number>>(new Map());
  const heard = signal<{ name: string | null; body: string } | null>(null);
  const conversations = new Map<string, Conversation>();

  function takeAgents(agents: AgentPresence[]): void {
    inbox.agents.value = agents;
    // Another window of this agent may have said otherwise; the relay's word counts.
    const mine = agents.find((one) => one.id === me.id);
    if (mine) presence.value = mine.presence;
  }

  function notify(facts: InboxConversation): void {
    const group = groupOf(facts, me.id);
    const concerns = group === 'unassigned' || group === 'mine';
    const open = current.peek();
    const seen = looking.peek() && open?.id === facts.id;
    if (concerns && !seen && presence.peek() === 'online') notifier.show(facts.id, facts.visitorName);
  }

  function takeChange(conversation: InboxConversation): void {
    const { id, lastSeq, last, visitorOnline } = conversation;
    if (gone.has(id)) return;
    const known = inbox.find(id);
    if (known && known.visitorOnline !== visitorOnline) {
      const next = new Map(awaySince.value);
      if (visitorOnline) next.delete(id);
      else next.set(id, Date.now());
      awaySince.value = next;
    }
    inbox.put(conversation);
    if (known && known.reading !== conversation.reading) {
      conversations.get(id)?.follow();
      if (current.peek()?.id === id) heard.value = null;
    }
    // What came as a message already is no news here.
    if (!last || lastSeq <= (known?.lastSeq ?? 0)) return;
    typing.settle(id, last.agentId);
    if (last.author === 'visitor') notify(conversation);
  }

  /** Is there anything here of what the relay does not know? A link that leads nowhere says so in its place. */
  function isHeld(id: string): boolean {
    const open = conversations.get(id);
    return inbox.find(id) !== undefined || kept.has(id) || open?.holdsAnything() === true;
  }

  const askAgain = createAgain(connection, () => void askForKept());
  /** Are they still there to whom something was written? Nothing that was said is read for it. */
  async function askForKept(): Promise<void> {
    // What is open, and what has something on its way, asks for itself.
    const others = [...conversations.values()].filter((one) => one !== current.peek() && !one.hasUnsent());
    const ids = [...kept.keys(), ...others.map(({ id }) => id)];
    const nothing = { deliveredSeq: 0, readSeq: 0 };
    await Promise.all(
      ids.map(async (conversationId) => {
        const reply = await connection.ask('message:mark', { conversationId, ...nothing });
        if (!reply.ok) askAgain(reply.error);
      }),
    );
  }

  connection.onConnect(() => {
    typing.clear();
    // Facts of the line that was lost come no more.
    gone.clear();
    const open = current.peek();
    for (const one of conversations.values()) {
      if (one === open || one.hasUnsent()) void one.load('another');
      // What was said while there was no line to hear of its erasure is read anew where it is opened.
      else if (one.unsentText() === '') conversations.delete(one.id);
    }
    void inbox.load().then(() => notifier.closeAllBut((id) => inbox.find(id) !== undefined));
    void askForKept();
  });
  connection.on('message:created', ({ conversationId, message }) => {
    const open = conversations.get(conversationId);
    open?.take(message);
    inbox.addMessage(conversationId, message);
    typing.settle(conversationId, message.agentId);
    if (message.author !== 'visitor') return;
    const facts = inbox.find(conversationId);
    if (open && open === current.peek()) heard.value = { name: facts?.visitorName ?? null, body: message.body };
    if (facts) notify(facts);
  });
  connection.on('inbox:changed', (changed) => batch(() => changed.forEach(takeChange)));
  connection.on('consent:changed', ({ conversationId }) => {
    if (current.peek()?.id === conversationId) void current.peek()?.consent.load();
  });
  function letGo(id: string, why: Lost): void {
    notifier.closeAllBut((one) => one !== id);
    batch(() => {
      inbox.drop(id);
      conversations.delete(id);
      kept.delete(id);
      awaySince.value = new Map([...awaySince.value].filter(([one]) => one !== id));
      gone.add(id);
      if (current.peek()?.id !== id) return;
      current.value = null;
      heard.value = null;
      onGone?.();
      lost.value = why;
    });
  }
  connection.on('conversation:erased', ({ conversationId: id }) => letGo(id, 'erased'));
  connection.on('conversation:restricted', ({ conversationId: id, restricted }) => {
    if (restricted) letGo(id, 'restricted');
    else gone.delete(id);
  });
  connection.on('messages:erased', ({ conversationId }) => {
    if (current.peek()?.id === conversationId) heard.value = null;
    conversations.get(conversationId)?.readAnew();
  });
  connection.on('typing:changed', typing.take);
  connection.on('presence:changed', takeAgents);
  // Signing out here has its own way; a session that the relay ends is one that ran out, or was ended elsewhere.
  connection.on('session:ended', ({ reason }) => onEnded(reason === 'disabled' ? 'disabled' : 'expired'));

  const stops = [
    keepMarks({ connection, inbox, current, looking, me: me.id }),
    effect(() => {
      const mine = inbox.agents.value.find((one) => one.id === me.id);
      if (mine) presence.value = mine.presence;
    }),
    effect(() => {
      const away = presence.value === 'away';
      if (preferences.get().away !== away) preferences.set({ away });
    }),
  ];

  function get(id: string): Conversation {
    const known = conversations.get(id);
    if (known) return known;
    const made = createConversation({ id, connection, inbox, me, draft: kept.get(id) ?? '' });
    kept.delete(id);
    conversations.set(id, made);
    return made;
  }

  return {
    me,
    connection,
    inbox,
    typing,
    notifier,
    current,
    presence,
    awaySince,
    heard,
    lost,
    show(id) {
      if (id !== null) lost.value = null;
      if (current.value?.id === id) return;
      current.value?.stopTyping();
      current.value?.consent.cover();
      current.value?.cover();
      heard.value = null;
      const next = id === null ? null : get(id);
      current.value = next;
      if (next && connection.state.peek() === 'online') void next.load();
    },
    setPresence(next) {
      presence.value = next;
      void connection.ask('presence:set', { presence: next }).then((reply) => {
        // Unanswered, it is said with the next connect.
        if (reply.ok) takeAgents(reply.data);
      });
    },
    leave() {
      for (const one of conversations.values()) {
        const text = one.unsentText();
        if (text !== '') kept.set(one.id, text);
      }
      notifier.closeAllBut(() => false);
      for (const stop of stops) stop();
      stopWatching();
      typing.clear();
      connection.close();
      return kept;
    },
    hasUnsent: () => [...conversations.values()].some((one) => one.unsentText() !== ''),
  };
}
