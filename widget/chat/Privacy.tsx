import { Component, type VNode } from 'preact';
import { newId, receiptNumber } from '../../shared/ids.ts';
import { say as sayFrame } from '../i18n.ts';
import { type Frame, load } from '../notice/frame.ts';
import type * as PrivacyModule from '../privacy/index.tsx';
import { Later } from '../ui/Later.tsx';
import { Reading } from '../ui/Reading.tsx';
import { Asked } from './Asked.tsx';
import type { Conversation } from './conversation.ts';
import { type Decide, withdraw } from './decisions.ts';
import { dayAndClock, say } from './words.ts';

interface PrivacyProps {
  frame: Frame;
  conversation: Conversation;
  onBack: () => void;
  onDecide: (purpose: string, granted: boolean, question: HTMLElement) => Promise<boolean>;
}

export const fetchCode = ({ boot }: Frame): Promise<typeof PrivacyModule> => load(boot.privacyModule);

/**
 * Fetches what Privacy needs while there is a connection, so that it opens without one. Quietly: a press tries again.
 * With it comes what obeys the page's consent manager.
 */
export function fetchPrivacy(frame: Frame, conversation: Conversation, decide: Decide): void {
  fetchCode(frame).then(
    ({ obey }) => obey(frame, conversation, decide),
    () => {},
  );
}

/** Privacy, over the talk. */
export class Privacy extends Component<PrivacyProps, { code?: typeof PrivacyModule }> {
  private fetch = async (): Promise<void> => this.setState({ code: await fetchCode(this.props.frame) });

  override render({ frame, conversation, onBack, onDecide }: PrivacyProps): VNode {
    const { doc } = frame.boot.notice;
    const { code } = this.state;
    const act = conversation.state.consents.find(({ purpose }) => purpose !== conversation.cookie);
    return (
      <main class="view">
        <Reading title={sayFrame('yourPrivacy')} back={say('backToChat')} onBack={onBack}>
          <Later fetch={this.fetch}>
            {code && (
              <code.PrivacyPanel
                frame={frame}
                conversation={conversation}
                receipt={act && receiptNumber(act.actId)}
                when={dayAndClock}
                ask={(props) => <Asked {...props} doc={doc} isCookie={props.purpose === conversation.cookie} />}
                onWithdraw={() => withdraw(frame, conversation)}
                onDecide={onDecide}
                newId={newId}
              />
            )}
          </Later>
        </Reading>
      </main>
    );
  }
}
