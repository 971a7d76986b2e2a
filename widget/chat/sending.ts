import type { MessageDraft } from '../../shared/events.ts';
import { newId } from '../../shared/ids.ts';
import { nextStatus } from '../../shared/message-status.ts';
import { mergeMessage } from '../../shared/timeline.ts';
import type { Connection } from './connection.ts';
import type { ChatState, Line } from './state.ts';

/** A text on its way; its id where it has one already. */
type Written = Omit<MessageDraft, 'id'> & { id?: string };

/**
 * What this page wrote, on its way to the relay: in its order, each until it is acknowledged, under the same id again and
 * again, so never twice. `send` asks until there is an answer; `dead` hears that there was none.
 */
export function createSending(
  state: ChatState,
  update: (news: Partial<ChatState>) => void,
  send: Connection['send'],
  dead: () => void,
) {
  let flushing = false;
  const signal = (id: string, signal: 'retry' | 'refused'): void =>
    update({
      lines: state.lines.map((line) =>
        line.id === id && line.local ? { ...line, local: nextStatus(line.local, signal) } : line,
      ),
    });
  const waiting = (): Line | undefined => state.lines.find((line) => line.local === 'sending');
  const flush = async (): Promise<void> => {
    if (flushing || state.over) return;
    flushing = true;
    for (let line = waiting(); line; line = waiting()) {
      const { id, body, asIs } = line;
      const answer = await send('message:send', { id, body, asIs });
      if (!answer) {
        dead();
        break;
      }
      if (answer.ok) update({ lines: mergeMessage<Line>(state.lines, answer.data) });
      else signal(id, 'refused');
    }
    flushing = false;
  };
  return {
    flush,
    write({ id = newId(), body, asIs }: Written): void {
      const line: Line = { id, seq: null, author: 'visitor', name: null, body, asIs, at: Date.now(), local: 'sending' };
      update({ lines: mergeMessage<Line>(state.lines, line) });
      void flush();
    },
    retry(id: string): void {
      signal(id, 'retry');
      void flush();
    },
    remove(id: string): void {
      update({ lines: state.lines.filter((line) => line.id !== id || !line.local) });
    },
  };
}
