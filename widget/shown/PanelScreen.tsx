import { Component, type VNode } from 'preact';
import type { ShownBoot } from '../../shared/api.ts';
import { Asked } from '../chat/Asked.tsx';
import { dayAndClock } from '../chat/words.ts';
import type { Refusal } from '../http.ts';
import { say as sayFrame } from '../i18n.ts';
import { Purposes, type PurposesProps } from '../privacy/Purposes.tsx';
import { Reading } from '../ui/Reading.tsx';
import { addChatStyles } from './styles.ts';

/** Nothing leaves this page. */
const NO_ANSWER: Refusal = { ok: false, code: 'unreachable', body: {} };

/** What stood under Privacy, opened where a purpose was asked again, or at the press that took everything back. */
export class PanelScreen extends Component<{ boot: ShownBoot }> {
  override componentWillMount(): void {
    addChatStyles();
  }

  override componentDidMount(): void {
    const { purpose, notice } = this.props.boot;
    const rows = notice.doc.purposes.filter(({ legalBasis }) => legalBasis === 'consent');
    const at = rows.findIndex(({ id, required }) => (purpose ? id === purpose : required));
    document.querySelectorAll('.purpose')[at]?.querySelector<HTMLElement>('.link')?.click();
  }

  override render({ boot }: { boot: ShownBoot }): VNode {
    const { consents, notice, gpc, ended } = boot;
    const cookie = notice.doc.purposes.find(({ asked, legalBasis }) => asked === 'chat' && legalBasis === 'consent')?.id;
    const conversation: PurposesProps['conversation'] = {
      state: { consents, over: ended ? 'ended' : null, overAt: 0, cookieLost: false },
      cookie,
      granted: (purpose) => consents.some((one) => one.purpose === purpose && one.state.endsWith('Given')),
      mayAsk: () => true,
    };
    return (
      <div class="pw">
        <main class="view">
          <Reading title={sayFrame('yourPrivacy')} back={sayFrame('back')} onBack={() => {}}>
            <div class="body pad">
              <Purposes
                frame={{ boot }}
                conversation={conversation}
                when={dayAndClock}
                ask={(props) => <Asked {...props} doc={notice.doc} isCookie={props.purpose === cookie} />}
                gpc={gpc}
                onWithdraw={async () => NO_ANSWER}
                onDecide={async () => false}
              />
            </div>
          </Reading>
        </main>
      </div>
    );
  }
}
