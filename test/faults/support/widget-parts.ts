/** What of the widget runs without a screen: the conversation of stage 2, with everything below it. */
export { createConversation } from '../../../widget/chat/conversation.ts';
export { decide, end, withdraw } from '../../../widget/chat/decisions.ts';
export { takeUnsent } from '../../../widget/chat/outbox.ts';
