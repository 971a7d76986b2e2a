import { Component, type VNode } from 'preact';
import type { ReceiptsRequest } from '../../shared/api.ts';
import { downloadAll } from '../rights/download.ts';
import { say as sayRights } from '../rights/words.ts';
import { whyNot } from './words.ts';

interface DownloadState {
  busy: boolean;
  done: boolean;
  wrong: string;
}

/** Everything that is kept about the visitor, as one file, by the receipt's link. */
export class Download extends Component<{ token: string }, DownloadState> {
  override state: DownloadState = { busy: false, done: false, wrong: '' };

  private get = async (): Promise<void> => {
    if (this.state.busy) return;
    this.setState({ busy: true, done: false, wrong: '' });
    const request: ReceiptsRequest = { token: this.props.token };
    const refused = await downloadAll('/api/receipts/export', request);
    this.setState({ busy: false, done: !refused, wrong: refused ? whyNot(refused, 'file') : '' });
  };

  override render(_: { token: string }, { busy, done, wrong }: DownloadState): VNode {
    return (
      <div class="fault">
        <button type="button" class="btn" aria-disabled={busy || undefined} onClick={this.get}>
          {sayRights(busy ? 'downloading' : 'download')}
        </button>
        <p class={wrong ? 'wrong' : 'good'} role="status">
          {wrong || (done && sayRights('downloaded'))}
        </p>
      </div>
    );
  }
}
