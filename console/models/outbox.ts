import type { Message, MessageDraft } from '../../shared/events.ts';
import { ACK_TIMEOUT, SECOND } from '../../shared/limits.ts';
import type { Connection } from '../connection.ts';
import type { Failure } from '../errors.ts';

/** What has been written and not acknowledged, for one conversation. It goes out in the order it was written. */
export interface Outbox {
  add(draft: MessageDraft): void;
  /** Tries a message again under the same id, so that one the relay already holds is not doubled. */
  retry(id: string): void;
  /** The relay has it, by whatever way we learned. */
  settle(id: string): void;
  /** Takes a refused message out; undefined where it may still arrive. */
  takeBack(id: string): MessageDraft | undefined;
  pump(): Promise<void>;
  unsent(): MessageDraft[];
}

interface Events {
  stored(message: Message): void;
  failed(id: string, failure: Failure): void;
}

/** Two unanswered tries: from then on the message is shown as not sent, and still goes out by itself. */
const GIVE_SIGN = 2 * ACK_TIMEOUT;

export function createOutbox(connection: Connection, conversationId: string, events: Events): Outbox {
  let queue: MessageDraft[] = [];
  const refused = new Map<string, MessageDraft>();
  const signs = new Map<string, ReturnType<typeof setTimeout>>();
  let pumping = false;

  function forget(id: string): void {
    queue = queue.filter((one) => one.id !== id);
    refused.delete(id);
    clearTimeout(signs.get(id));
    signs.delete(id);
  }
  function signLater(id: string): void {
    clearTimeout(signs.get(id));
    signs.set(
      id,
      setTimeout(() => events.failed(id, 'no_answer'), GIVE_SIGN),
    );
  }

  async function pump(): Promise<void> {
    if (pumping) return;
    pumping = true;
    for (let draft = queue[0]; draft; draft = queue[0]) {
      const reply = await connection.ask('message:send', { conversationId, ...draft });
      if (reply.ok) {
        forget(draft.id);
        events.stored(reply.data);
      } else if (reply.error !== 'no_answer') {
        forget(draft.id);
        refused.set(draft.id, draft);
        events.failed(draft.id, reply.error);
      } else if (connection.state.peek() === 'online') {
        await new Promise((resolve) => setTimeout(resolve, SECOND / 2));
      } else {
        break; // The next connect pumps again.
      }
    }
    pumping = false;
  }

  function add(draft: MessageDraft): void {
    queue = [...queue, draft];
    signLater(draft.id);
    void pump();
  }

  return {
    add,
    pump,
    settle: forget,
    retry(id) {
      const draft = refused.get(id);
      if (draft) {
        refused.delete(id);
        add(draft);
      } else if (queue.some((one) => one.id === id)) {
        signLater(id);
        connection.connectNow();
        void pump();
      }
    },
    takeBack(id) {
      const draft = refused.get(id);
      refused.delete(id);
      return draft;
    },
    unsent: () => [...refused.values(), ...queue],
  };
}
