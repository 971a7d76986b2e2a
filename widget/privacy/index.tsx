import { Component, createRef, type VNode } from 'preact';
import type { Withdrawn } from '../../shared/api.ts';
import type { Conversation } from '../chat/conversation.ts';
import type { Reply } from '../http.ts';
import type { Frame } from '../notice/frame.ts';
import { AboutYou } from '../rights/AboutYou.tsx';
import { Erase } from '../rights/Erase.tsx';
import { Wishes } from '../rights/Wishes.tsx';
import { say as sayRights } from '../rights/words.ts';
import css from '../styles/privacy.css?inline';
import { addStyles } from '../ui/styles.ts';
import { Download } from './Download.tsx';
import { eraseHere, erasureOf } from './erase-here.ts';
import { People } from './People.tsx';
import { Purposes, type PurposesProps } from './Purposes.tsx';
import { ReceiptLine } from './ReceiptLine.tsx';
import { say, whyNot } from './words.ts';

export { askFirst } from './AskFirst.tsx';
export { obey } from './obey.ts';

/**
 * What stands under Privacy in the chat, with its own styles and words. It is fetched once the chat runs, and gets
 * from the chat what both need: by value it imports from stage 1 alone, or the build would cut a piece for it out of
 * the chat's file.
 */
addStyles(css);

interface PrivacyPanelProps extends PurposesProps {
  frame: Frame;
  conversation: Conversation;
  /** The number of the receipt, if there is one. */
  receipt: string | undefined;
  newId: () => string;
}

/** What a withdrawal was answered with, for as long as its chat is shown. */
const taken = new WeakMap<Conversation, Withdrawn>();

/** What was agreed, and everything that a visitor can do about it and about what is kept of them. */
export class PrivacyPanel extends Component<PrivacyPanelProps, { isFresh: boolean }> {
  override state = { isFresh: false };
  private heading = createRef<HTMLHeadingElement>();

  /** Said at once and in its place; whether to erase too is asked apart, beneath it (PR-47). */
  private withdraw = async (): Promise<Reply<Withdrawn>> => {
    const reply = await this.props.onWithdraw();
    if (reply.ok) {
      taken.set(this.props.conversation, reply.data);
      this.setState({ isFresh: true }, () => this.heading.current?.focus());
    }
    return reply;
  };

  override render(props: PrivacyPanelProps): VNode {
    const { frame, conversation, receipt, when, newId } = props;
    const { over, overAt } = conversation.state;
    const { doc } = frame.boot.notice;
    const mayAsk = over !== 'erased' && conversation.mayAsk();
    const session = conversation.session();
    const agreed = conversation.state.consents.find(({ purpose }) => purpose !== conversation.cookie);
    const withdrawn = over === 'withdrawn' ? taken.get(conversation) : undefined;
    const isAsked = withdrawn !== undefined && this.state.isFresh;
    // Keys, because what comes in above must not make the others anew.
    const erase = (over === 'erased' || mayAsk) && (
      <Erase
        key="erase"
        erase={() => eraseHere(conversation)}
        isGone={over === 'erased'}
        erased={erasureOf(conversation)}
        holder={{ session }}
        whyNot={whyNot}
        when={when}
        known={withdrawn?.survivors}
        isAsked={isAsked}
        heading="h3"
      />
    );
    return (
      <div class="body pad">
        {withdrawn && (
          <section key="taken" class="taken" aria-live="polite">
            <h3 tabIndex={-1} ref={this.heading}>
              {say('withdrawn')}
            </h3>
            <p class="under">
              {say('withdrawnAt', { time: when(overAt) })}{' '}
              {withdrawn.reading !== 'open' && sayRights(`reading.${withdrawn.reading}`, { site: frame.boot.site.name })}
            </p>
          </section>
        )}
        {isAsked && erase}
        {over !== 'erased' && <Purposes {...props} onWithdraw={this.withdraw} />}
        {mayAsk && (
          <section key="own" class="own">
            <h3 class="label">{say('yours')}</h3>
            {(doc.fields.name !== 'off' || doc.fields.email !== 'off') && (
              <AboutYou holder={{ session }} whyNot={whyNot} heading="h3" />
            )}
            <Download session={session} />
            {receipt && <ReceiptLine number={receipt} conversation={conversation} />}
            <Wishes holder={{ session }} site={frame.boot.site.name} when={when} whyNot={whyNot} newId={newId} heading="h3" />
          </section>
        )}
        {over && over !== 'erased' && !mayAsk && (
          <p class="under elsewhere" role="status">
            {say('elsewhere')}
          </p>
        )}
        {!isAsked && erase}
        {over !== 'erased' && <People notice={agreed?.noticeHash ?? frame.boot.notice.hash} />}
      </div>
    );
  }
}
