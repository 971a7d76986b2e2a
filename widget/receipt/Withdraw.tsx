import { Component, createRef, type VNode } from 'preact';
import type { Receipts, ReceiptWithdrawRequest } from '../../shared/api.ts';
import { newActId } from '../../shared/ids.ts';
import { ask } from '../http.ts';
import { say, whyNot } from './words.ts';

interface WithdrawProps {
  token: string;
  /** The chat rests on what is taken back. */
  endsChat: boolean;
  /** It was withdrawn here; with the receipts as they stand now, or null where they have to be asked for. */
  onDone: (found: Receipts | null) => void;
}

interface WithdrawState {
  open: boolean;
  busy: boolean;
  wrong: string;
}

const isMobile = (): boolean => matchMedia('(max-width: 30rem)').matches;

/** Takes everything back by the receipt's link: one press that asks, one that does it. */
export class Withdraw extends Component<WithdrawProps, WithdrawState> {
  override state: WithdrawState = { open: false, busy: false, wrong: '' };
  /** One act, however often it is tried. */
  private readonly actId = newActId();
  private sure = createRef<HTMLDivElement>();

  private withdraw = async (event: MouseEvent): Promise<void> => {
    if (this.state.busy) return;
    this.setState({ busy: true, wrong: '' });
    const { token, onDone } = this.props;
    const request: ReceiptWithdrawRequest = {
      token,
      actId: this.actId,
      control: 'receipt.withdraw',
      // A key that presses a button clicks it without a count.
      action: event.detail === 0 ? 'keyboard' : 'click',
      clientTime: new Date().toISOString(),
      viewport: isMobile() ? 'mobile' : 'desktop',
    };
    const reply = await ask<Receipts>('/api/receipts/withdraw', request);
    if (reply.ok) onDone(reply.data);
    // Another page, or a try whose answer was lost, has done it.
    else if (reply.code === 'consent_withdrawn') onDone(null);
    else this.setState({ busy: false, wrong: whyNot(reply) });
  };

  override render({ endsChat }: WithdrawProps, { open, busy, wrong }: WithdrawState): VNode {
    if (!open)
      return (
        <button type="button" class="btn" onClick={() => this.setState({ open: true }, () => this.sure.current?.focus())}>
          {say('withdraw')}
        </button>
      );
    return (
      <div class="sure" ref={this.sure} tabIndex={-1}>
        <p>{say(endsChat ? 'withdrawWhat' : 'withdrawOnly')}</p>
        <p class="wrong" role="alert">
          {wrong}
        </p>
        <div class="pair">
          <button type="button" class="btn" onClick={() => this.setState({ open: false, wrong: '' })}>
            {say('keep')}
          </button>
          <button type="button" class="btn bad" aria-disabled={busy || undefined} onClick={this.withdraw}>
            {say(busy ? 'withdrawing' : 'withdrawSure')}
          </button>
        </div>
      </div>
    );
  }
}
