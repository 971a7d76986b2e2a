import { type ReadonlySignal, signal } from '@preact/signals';
import type { AgentFacts } from '../../shared/events.ts';
import { SECOND, TYPING_HOLD } from '../../shared/limits.ts';

export interface Typist {
  /** Null for the visitor. */
  agentId: string | null;
  name: string | null;
}

type Fact = Parameters<AgentFacts['typing:changed']>[0];

/** Who is writing where. A signal that is not repeated runs out by itself. */
export interface Typing {
  /** Everyone who is writing, by conversation. */
  readonly who: ReadonlySignal<ReadonlyMap<string, readonly Typist[]>>;
  take(fact: Fact): void;
  /** A message has come: its author is not writing any more. */
  settle(conversationId: string, agentId: string | null): void;
  clear(): void;
}

/** A little longer than a signal holds, so that one that is repeated in time never flickers. */
const HOLD = TYPING_HOLD + SECOND;

/** @param me this agent's id: their other windows are not somebody else. */
export function createTyping(me: string): Typing {
  const who = signal<ReadonlyMap<string, readonly Typist[]>>(new Map());
  const timers = new Map<string, ReturnType<typeof setTimeout>>();

  function set(conversationId: string, typist: Typist, typing: boolean): void {
    const others = (who.value.get(conversationId) ?? []).filter((one) => one.agentId !== typist.agentId);
    const next = new Map(who.value);
    if (typing) next.set(conversationId, [...others, typist]);
    else if (others.length > 0) next.set(conversationId, others);
    else if (!next.delete(conversationId)) return;
    who.value = next;
  }

  function take({ conversationId, agentId, name, typing }: Fact): void {
    if (agentId === me) return;
    const key = `${conversationId} ${agentId ?? ''}`;
    clearTimeout(timers.get(key));
    timers.delete(key);
    set(conversationId, { agentId, name }, typing);
    if (typing)
      timers.set(
        key,
        setTimeout(() => set(conversationId, { agentId, name }, false), HOLD),
      );
  }

  return {
    who,
    take,
    settle: (conversationId, agentId) => take({ conversationId, agentId, name: null, typing: false }),
    clear() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
      who.value = new Map();
    },
  };
}
