import { Component, type VNode } from 'preact';
import type { Receipts, ReceiptsRequest, ReceiptWithdrawRequest } from '../../shared/api.ts';
import type { EventState } from '../../shared/consent.ts';
import { newActId } from '../../shared/ids.ts';
import { ask } from '../http.ts';
import { AGREED, REFUSED } from '../privacy/icons.ts';
import { Icon } from '../ui/Icon.tsx';
import { applyLook } from '../ui/theme.ts';
import { downloadAll } from './download.ts';
import { Slip } from './Slip.tsx';
import { say, when } from './words.ts';

interface Shown {
  found: Receipts | null;
  /** Why there is nothing to show. */
  fault: 'unknown' | 'unreachable' | null;
  asking: boolean;
  failed: boolean;
  /** A withdrawal is on its way, or was made here. */
  withdrawal: 'none' | 'sent' | 'done';
  /** The file of everything. */
  download: 'none' | 'sent' | 'done' | 'failed';
}

const isAgreed = (state: EventState): boolean => state === 'ConsentGiven' || state === 'RenewedConsentGiven';
const isMobile = (): boolean => matchMedia('(max-width: 30rem)').matches;

/** What was agreed, as its receipts say, and the way to take it back: later, on any device, without an account. */
export class ReceiptPage extends Component<{ token: string }, Shown> {
  override state: Shown = { found: null, fault: null, asking: false, failed: false, withdrawal: 'none', download: 'none' };
  /** One act, however often it is tried. */
  private readonly actId = newActId();

  override componentDidMount(): void {
    void this.fetch();
  }

  private fetch = async (): Promise<void> => {
    const { token } = this.props;
    if (!/^[\w-]{43}$/.test(token)) return this.setState({ fault: 'unknown' });
    this.setState({ fault: null });
    const request: ReceiptsRequest = { token };
    const reply = await ask<Receipts>('/api/receipts/open', request);
    if (reply.ok) this.take(reply.data);
    else this.setState({ fault: reply.code === 'not_found' || reply.code === 'invalid' ? 'unknown' : 'unreachable' });
  };

  private take(found: Receipts): void {
    applyLook(found.look);
    document.title = `${say('title')} · ${found.site}`;
    this.setState({ found });
  }

  private withdraw = async (event: MouseEvent): Promise<void> => {
    if (this.state.withdrawal === 'sent') return;
    this.setState({ withdrawal: 'sent', failed: false });
    const request: ReceiptWithdrawRequest = {
      token: this.props.token,
      actId: this.actId,
      control: 'receipt.withdraw',
      // A key that presses a button clicks it without a count.
      action: event.detail === 0 ? 'keyboard' : 'click',
      clientTime: new Date().toISOString(),
      viewport: isMobile() ? 'mobile' : 'desktop',
    };
    const reply = await ask<Receipts>('/api/receipts/withdraw', request);
    // Another page, or a try whose answer was lost, has done it.
    const isDone = reply.ok || reply.code === 'consent_withdrawn';
    this.setState({ withdrawal: isDone ? 'done' : 'none', failed: !isDone, asking: !isDone });
    if (reply.ok) this.take(reply.data);
    else if (isDone) void this.fetch();
  };

  private download = async (): Promise<void> => {
    if (this.state.download === 'sent') return;
    this.setState({ download: 'sent' });
    this.setState({ download: (await downloadAll(this.props.token)) ? 'done' : 'failed' });
  };

  override render({ token }: { token: string }): VNode {
    const { found, fault } = this.state;
    return (
      <main>
        <header>
          {found && (
            <span class="mark" aria-hidden="true">
              {found.look.initial}
            </span>
          )}
          <div>
            <h1>{say('title')}</h1>
            {found && <p class="under">{say('with', { site: found.site })}</p>}
          </div>
        </header>
        {!found && !fault && <p role="status">{say('loading')}</p>}
        {fault && (
          <div role="alert" class="fault">
            <p>{say(fault)}</p>
            {fault === 'unreachable' && (
              <button type="button" class="btn" onClick={this.fetch}>
                {say('retry')}
              </button>
            )}
          </div>
        )}
        {found && this.standing(found)}
        {found?.receipts.map((one) => (
          <Slip key={one.receipt_id} receipt={one} />
        ))}
        {found?.mayWithdraw && <p class="under screen">{say('later')}</p>}
        {found && <p class="under paperOnly">{`${location.origin}/receipt#${token}`}</p>}
      </main>
    );
  }

  private standing({ consents, receipts, mayWithdraw }: Receipts): VNode {
    const { asking, failed, withdrawal, download } = this.state;
    const purposes = receipts.flatMap((one) => one.purposes);
    const hasGrant = consents.some(({ state }) => isAgreed(state));
    return (
      <section aria-labelledby="standing">
        <h2 id="standing">{say('standing')}</h2>
        <ul class="paper">
          {consents.map(({ purpose, state, at }) => (
            <li key={purpose}>
              <span class={isAgreed(state) ? 'yes' : ''}>
                <Icon d={isAgreed(state) ? AGREED : REFUSED} />
              </span>
              <span>
                <b>{purposes.find(({ id }) => id === purpose)?.name ?? purpose}</b>
                <span class="under">{`${say(`state.${state}`)}, ${when(at)}`}</span>
              </span>
            </li>
          ))}
        </ul>
        <div class="pair screen">
          <button type="button" class="btn" aria-disabled={download === 'sent'} onClick={this.download}>
            {say(download === 'sent' ? 'downloading' : 'download')}
          </button>
          {mayWithdraw && hasGrant && !asking && (
            <button type="button" class="btn" onClick={() => this.setState({ asking: true })}>
              {say('withdraw')}
            </button>
          )}
        </div>
        <div class="screen" aria-live="polite">
          {download === 'done' && <p class="good">{say('downloaded')}</p>}
          {download === 'failed' && <p class="wrong">{say('notDownloaded')}</p>}
          {withdrawal === 'done' && <p class="good">{say('withdrawn')}</p>}
          {failed && <p class="wrong">{say('notWithdrawn')}</p>}
          {asking && (
            <div class="sure">
              <p>{say('withdrawWhat')}</p>
              <div class="pair">
                <button type="button" class="btn" onClick={() => this.setState({ asking: false, failed: false })}>
                  {say('keep')}
                </button>
                <button type="button" class="btn bad" aria-disabled={withdrawal === 'sent'} onClick={this.withdraw}>
                  {say('withdrawSure')}
                </button>
              </div>
            </div>
          )}
        </div>
      </section>
    );
  }
}
