import { Component, type VNode } from 'preact';
import type { OwnRequest } from '../../shared/api.ts';
import { downloadAll } from '../rights/download.ts';
import { say } from '../rights/words.ts';
import { whyNot } from './words.ts';

interface DownloadState {
  busy: boolean;
  done: boolean;
  wrong: string;
}

/** Everything that is kept about the visitor, as one file, by one press: also while the chat is open (GDPR Art. 15, 20). */
export class Download extends Component<{ session: string | null }, DownloadState> {
  override state: DownloadState = { busy: false, done: false, wrong: '' };

  private get = async (): Promise<void> => {
    if (this.state.busy) return;
    this.setState({ busy: true, done: false, wrong: '' });
    const request: OwnRequest = { session: this.props.session };
    const refused = await downloadAll('/api/privacy/export', request);
    this.setState({ busy: false, done: !refused, wrong: refused ? whyNot(refused, 'file') : '' });
  };

  override render(_: { session: string | null }, { busy, done, wrong }: DownloadState): VNode {
    return (
      <div class="receipt">
        <button type="button" class="link" aria-disabled={busy || undefined} onClick={this.get}>
          {say(busy ? 'downloading' : 'download')}
        </button>
        <p class={wrong ? 'under wrong' : 'under'} role="status">
          {wrong || (done && say('downloaded'))}
        </p>
      </div>
    );
  }
}
