import { Component, type VNode } from 'preact';
import type { ReceiptLink, ReceiptLinkRequest } from '../../shared/api.ts';
import type { Conversation } from '../chat/conversation.ts';
import { ask } from '../http.ts';
import { say as sayRights } from '../rights/words.ts';
import { say, whyNot } from './words.ts';

interface LineProps {
  number: string;
  conversation: Conversation;
}

/** Asked for once in the life of a chat: each is a key to all of its receipts. */
const drawn = new WeakMap<Conversation, ReceiptLink>();

/**
 * The receipt's number and the way to it, and to the form as it was shown. What is behind them opens in a tab of its own,
 * by a link that the visitor presses: a tab that opens by itself after an answer would be blocked.
 */
export class ReceiptLine extends Component<LineProps, { link: ReceiptLink | undefined; wrong: string }> {
  override state = { link: drawn.get(this.props.conversation), wrong: '' };

  private get = async (): Promise<void> => {
    const { conversation } = this.props;
    const request: ReceiptLinkRequest = { session: conversation.session() };
    const reply = await ask<ReceiptLink>('/api/receipts', request);
    if (reply.ok) drawn.set(conversation, reply.data);
    this.setState(reply.ok ? { link: reply.data, wrong: '' } : { wrong: whyNot(reply, 'look') });
  };

  override render({ number }: LineProps): VNode {
    const { link, wrong } = this.state;
    return (
      <div class="receipt" aria-live="polite">
        <span class="under">{say('receipt', { number })}</span>
        {link ? (
          <a class="link" href={`/receipt#${link.token}`} target="_blank" rel="noopener">
            {say('openReceipt')}
          </a>
        ) : (
          <button type="button" class="link" onClick={this.get}>
            {say('getReceipt')}
          </button>
        )}
        {link?.shown && (
          <a class="link" href={link.shown} target="_blank" rel="noopener">
            {sayRights('seeForm')}
          </a>
        )}
        {wrong && <p class="under wrong">{wrong}</p>}
      </div>
    );
  }
}
