import { type ReadonlySignal, signal } from '@preact/signals';
import type { ConsentCard } from '../../shared/events.ts';
import type { Connection } from '../connection.ts';
import type { Failure } from '../errors.ts';

/** The address behind the mask: hidden until somebody asks, because each look is logged. */
export type IpView = { shown: false; failure: Failure | null } | { shown: true; ip: string | null };

/** What was agreed, for the card beside one conversation. */
export interface Consent {
  readonly card: ReadonlySignal<ConsentCard | null>;
  readonly failure: ReadonlySignal<Failure | null>;
  readonly ip: ReadonlySignal<IpView>;
  load(): Promise<void>;
  reveal(): Promise<void>;
  /** Covers the address again when the conversation is left. */
  cover(): void;
}

const COVERED: IpView = { shown: false, failure: null };

export function createConsent(connection: Connection, conversationId: string): Consent {
  const card = signal<ConsentCard | null>(null);
  const failure = signal<Failure | null>(null);
  const ip = signal<IpView>(COVERED);
  let asked = 0;

  return {
    card,
    failure,
    ip,
    async load() {
      asked += 1;
      const turn = asked;
      const reply = await connection.ask('consent:card', { conversationId });
      // A later question overtakes: its answer is the newer one.
      if (turn !== asked) return;
      if (reply.ok) {
        card.value = reply.data;
        // What may not be looked at any more is let go of, not only covered (PR-66).
        if (!reply.data.ip.mayReveal) ip.value = COVERED;
      }
      failure.value = reply.ok ? null : reply.error;
    },
    async reveal() {
      const reply = await connection.ask('ip:reveal', { conversationId });
      ip.value = reply.ok ? { shown: true, ip: reply.data.ip } : { shown: false, failure: reply.error };
    },
    cover() {
      ip.value = COVERED;
    },
  };
}
