import chat from '../styles/chat.css?inline';
import frame from '../styles/frame.css?inline';
import privacy from '../styles/privacy.css?inline';
import { addStyles } from '../ui/styles.ts';

/** All that a screen of the chat may be drawn with, in the order in which the stages bring it. */
export function addChatStyles(): void {
  for (const css of [frame, chat, privacy]) addStyles(css);
}
