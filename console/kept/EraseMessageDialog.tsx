import type { Ask } from '../api.ts';
import { Dialog } from './Dialog.tsx';
import { k } from './words.ts';

interface EraseMessageProps {
  conversationId: string;
  messageId: string;
  ask: Ask;
  onClose(): void;
}

/** Erasing one message asks once more; the talk is read anew when it is done. */
export function EraseMessageDialog({ conversationId, messageId, ask, onClose }: EraseMessageProps) {
  return (
    <Dialog
      title={k('eraseMessage.title')}
      submit={k('eraseMessage.submit')}
      final
      onSubmit={() => ask('erasures/message', { conversationId, messageId, reason: 'request' })}
      onClose={onClose}
    >
      <p>{k('eraseMessage.text')}</p>
    </Dialog>
  );
}
