import { Component, type VNode } from 'preact';
import type { ConsentState } from '../../shared/events.ts';
import type { privacyWords } from '../../shared/i18n/widget.privacy.en.ts';
import type { NoticeHead } from '../../shared/notice.ts';
import type { AskedProps } from '../chat/Asked.tsx';
import type { Conversation } from '../chat/conversation.ts';
import css from '../styles/privacy.css?inline';
import { Icon } from '../ui/Icon.tsx';
import { addStyles } from '../ui/styles.ts';
import { AboutYou } from './AboutYou.tsx';
import { Erase } from './Erase.tsx';
import { AGREED, REFUSED } from './icons.ts';
import { isAllowed, isManaged } from './obey.ts';
import { ReceiptLine } from './ReceiptLine.tsx';
import { say } from './words.ts';

export { askFirst } from './AskFirst.tsx';
export { obey } from './obey.ts';

/**
 * What stands under Privacy in the chat, with its own styles and words. It is fetched once the chat runs, and gets
 * from the chat what both need: by value it imports from stage 1 alone, or the build would cut a piece for it out of
 * the chat's file.
 */
addStyles(css);

/** Asked here once more: what stage 1 gives away by name costs it bytes. */
const hasGpc = (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl;

interface PrivacyPanelProps {
  doc: NoticeHead;
  conversation: Conversation;
  /** The number of the receipt, if there is one. */
  receipt: string | undefined;
  /** A time as the reader writes it. */
  when: (at: number) => string;
  /** The question, drawn as in the talk. */
  ask: (props: Omit<AskedProps, 'doc' | 'isCookie'>) => VNode;
  onWithdraw: () => Promise<boolean>;
  onDecide: (purpose: string, granted: boolean, question: HTMLElement) => Promise<boolean>;
}

/** How a purpose stands, as a word of the catalog. */
function standing(conversation: Conversation, purpose: string, known: ConsentState | undefined): keyof typeof privacyWords {
  const { over, cookieLost } = conversation.state;
  if (!known) return 'notAnswered';
  if (known.state === 'ConsentExpired') return 'hasRunOut';
  if (known.state === 'ConsentInvalidated') return 'termsChanged';
  if (!conversation.granted(purpose)) return known.state === 'ConsentWithdrawn' ? 'takenBack' : 'no';
  if (over === 'expired') return 'ranOut';
  // What was agreed stays agreed until it is taken back; the cookie ended with the chat.
  if (purpose === conversation.cookie && over) return 'cookieGone';
  return purpose === conversation.cookie && cookieLost ? 'cookieLost' : 'yes';
}

/** What was agreed, when, under which words; and the way to change or to take back each of it. */
export class PrivacyPanel extends Component<PrivacyPanelProps, { asked: string | null; failed: boolean }> {
  override state = { asked: null, failed: false };

  private try = async (purpose: string, work: Promise<boolean>): Promise<void> => {
    const done = await work;
    // The question is gone, and the focus with it: on to the title.
    if (done) this.setState({ asked: null, failed: false }, () => document.querySelector<HTMLElement>('.sub h2')?.focus());
    else this.setState({ asked: purpose, failed: true });
  };

  override render(): VNode {
    const { doc, conversation, receipt, when, ask, onWithdraw, onDecide } = this.props;
    const { failed } = this.state;
    const asked: string | null = this.state.asked;
    const { consents, over } = conversation.state;
    return (
      <div class="body pad">
        {over !== 'erased' && <h3 class="label">{say('agreedList')}</h3>}
        <ul class="paper">
          {(over === 'erased' ? [] : doc.purposes)
            .filter(({ legalBasis }) => legalBasis === 'consent')
            .map(({ id, required, thirdParty }) => {
              const known = consents.find(({ purpose }) => purpose === id);
              const how = standing(conversation, id, known);
              const stands = how === 'yes';
              const open = asked === id;
              const isOff = thirdParty && hasGpc && !stands;
              // What the page's manager does not allow cannot be allowed past it.
              const isHeld = id === conversation.cookie && isManaged() && !stands && !isAllowed();
              return (
                <li class="purpose" key={id}>
                  <span class={stands ? 'yes' : ''}>
                    <Icon d={stands ? AGREED : REFUSED} />
                  </span>
                  <div>
                    <b>{doc.words.purposes[id]?.name}</b>
                    <p class="under">
                      {say(how, { time: known ? when(known.at) : '' })}
                      {isOff && (
                        <>
                          <br />
                          {say('gpc')}
                        </>
                      )}
                      {id === conversation.cookie && isManaged() && (
                        <>
                          <br />
                          {say(isAllowed() ? 'managedYes' : 'managedNo')}
                        </>
                      )}
                      {known && (
                        <>
                          <br />
                          <a href={`/notice/${known.noticeHash}`} target="_blank" rel="noopener">
                            {say('notice', { version: known.noticeVersion })}
                          </a>
                        </>
                      )}
                    </p>
                  </div>
                  {(required ? stands && conversation.mayWithdraw() : !over && !isOff && !isHeld) && (
                    <button
                      type="button"
                      class="link"
                      aria-expanded={open}
                      onClick={() => this.setState({ asked: open ? null : id, failed: false })}
                    >
                      {say(required ? 'withdraw' : 'change')}
                    </button>
                  )}
                  {open &&
                    !required &&
                    ask({
                      purpose: id,
                      failed,
                      onAnswer: (granted, question) => void this.try(id, onDecide(id, granted, question)),
                    })}
                  {open && required && (
                    <div class="sure">
                      {failed && (
                        <p class="wrong" role="alert">
                          {say('noAnswer')}
                        </p>
                      )}
                      <button type="button" class="btn bad" onClick={() => void this.try(id, onWithdraw())}>
                        {say('withdrawSure')}
                      </button>
                    </div>
                  )}
                </li>
              );
            })}
        </ul>
        {(doc.fields.name !== 'off' || doc.fields.email !== 'off') && conversation.mayWithdraw() && (
          <AboutYou session={conversation.session()} />
        )}
        {receipt && over !== 'withdrawn' && over !== 'erased' && (
          <ReceiptLine number={receipt} session={conversation.session()} />
        )}
        <Erase conversation={conversation} when={when} />
      </div>
    );
  }
}
