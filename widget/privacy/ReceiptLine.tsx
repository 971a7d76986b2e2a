import { Component, type VNode } from 'preact';
import type { ReceiptLink, ReceiptLinkRequest } from '../../shared/api.ts';
import { ask } from '../http.ts';
import { say } from './words.ts';

interface LineProps {
  number: string;
  session: string | null;
}

/** Asked for once in the life of the page: each is a key to the receipts. */
const drawn = new Map<string, string>();

/**
 * The receipt's number and the way to it. The page behind it opens in a tab of its own, by a link that the visitor
 * presses: a tab that opens by itself after an answer would be blocked.
 */
export class ReceiptLine extends Component<LineProps, { address: string; failed: boolean }> {
  override state = { address: drawn.get(this.props.number) ?? '', failed: false };

  private get = async (): Promise<void> => {
    const request: ReceiptLinkRequest = { session: this.props.session };
    const reply = await ask<ReceiptLink>('/api/receipts', request);
    const link = reply.ok ? reply.data : null;
    if (link) drawn.set(this.props.number, `/receipt#${link.token}`);
    this.setState({ address: link ? `/receipt#${link.token}` : '', failed: link === null });
  };

  override render({ number }: LineProps): VNode {
    const { address, failed } = this.state;
    return (
      <div class="receipt" aria-live="polite">
        <span class="under">{say('receipt', { number })}</span>
        {address ? (
          <a class="link" href={address} target="_blank" rel="noopener">
            {say('openReceipt')}
          </a>
        ) : (
          <button type="button" class="link" onClick={this.get}>
            {say('getReceipt')}
          </button>
        )}
        {failed && <p class="under wrong">{say('noReceipt')}</p>}
      </div>
    );
  }
}
