import { Component, type VNode } from 'preact';
import type { Withdrawn } from '../../shared/api.ts';
import type { ConsentState } from '../../shared/events.ts';
import type { privacyWords } from '../../shared/i18n/widget.privacy.en.ts';
import type { AskedPurpose } from '../../shared/notice.ts';
import type { AskedProps } from '../chat/Asked.tsx';
import type { Conversation } from '../chat/conversation.ts';
import type { Reply } from '../http.ts';
import type { Frame } from '../notice/frame.ts';
import { say as sayRights } from '../rights/words.ts';
import { Icon } from '../ui/Icon.tsx';
import { AGREED, REFUSED } from './icons.ts';
import { isAllowed, isManaged } from './obey.ts';
import { say, whyNot } from './words.ts';

/** Asked here once more: what stage 1 gives away by name costs it bytes. */
const hasGpc = (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl;

/** What is shown of a conversation here. */
type Shown = Pick<Conversation, 'cookie' | 'granted' | 'mayAsk'> & {
  state: Pick<Conversation['state'], 'consents' | 'over' | 'overAt' | 'cookieLost'>;
};

export interface PurposesProps {
  frame: Pick<Frame, 'boot'>;
  conversation: Shown;
  /** A time as the reader writes it. */
  when: (at: number) => string;
  /** The question, drawn as in the talk. */
  ask: (props: Omit<AskedProps, 'doc' | 'isCookie'>) => VNode;
  /** Whether the browser asks that nothing goes to third parties; as this one does, where it is not said. */
  gpc?: boolean;
  onWithdraw: () => Promise<Reply<Withdrawn>>;
  onDecide: (purpose: string, granted: boolean, question: HTMLElement) => Promise<boolean>;
}

interface PurposesState {
  /** The purpose that is asked again, or about to be withdrawn. */
  asked: string | null;
  failed: boolean;
  busy: boolean;
  /** Why the withdrawal was not taken. */
  wrong: string;
}

/** True where the chat itself rests on consent. */
const hasGate = ({ boot }: Pick<Frame, 'boot'>): boolean => boot.notice.doc.purposes.some(({ required }) => required);

/** How a purpose stands, as a word of the catalog. */
function standing(conversation: Shown, purpose: string, known: ConsentState | undefined): keyof typeof privacyWords {
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
export class Purposes extends Component<PurposesProps, PurposesState> {
  override state: PurposesState = { asked: null, failed: false, busy: false, wrong: '' };

  private decide = async (purpose: string, work: Promise<boolean>): Promise<void> => {
    const done = await work;
    // The question is gone, and the focus with it: on to the title.
    if (done) this.setState({ asked: null, failed: false }, () => document.querySelector<HTMLElement>('.sub h2')?.focus());
    else this.setState({ asked: purpose, failed: true });
  };

  private withdraw = async (): Promise<void> => {
    if (this.state.busy) return;
    this.setState({ busy: true, wrong: '' });
    const reply = await this.props.onWithdraw();
    this.setState({ busy: false, ...(reply.ok ? { asked: null } : { wrong: whyNot(reply) }) });
  };

  override render({ frame, conversation }: PurposesProps): VNode {
    const { doc } = frame.boot.notice;
    return (
      <>
        <h3 class="label">{say('agreedList')}</h3>
        <ul class="paper">
          {doc.purposes.filter(({ legalBasis }) => legalBasis === 'consent').map((purpose) => this.row(purpose, conversation))}
        </ul>
      </>
    );
  }

  private row({ id, required, thirdParty }: AskedPurpose, conversation: Shown): VNode {
    const { frame, when, ask, onDecide } = this.props;
    const { asked, failed } = this.state;
    const { consents, over } = conversation.state;
    const known = consents.find(({ purpose }) => purpose === id);
    const how = standing(conversation, id, known);
    const stands = how === 'yes';
    const open = asked === id;
    const isOff = thirdParty && (this.props.gpc ?? hasGpc) && !stands;
    // What the page's manager does not allow cannot be allowed past it.
    // After the end of a chat that rests on another ground, what was agreed beside it can still be taken back (PR-48).
    const isBeside = !required && !!over && stands && !hasGate(frame);
    const takesBack = required || isBeside;
    const isHeld = id === conversation.cookie && isManaged() && !stands && !isAllowed();
    const more = [
      isOff && say('gpc'),
      id === conversation.cookie && isManaged() && say(isAllowed() ? 'managedYes' : 'managedNo'),
      known && (
        <a href={`/notice/${known.noticeHash}`} target="_blank" rel="noopener">
          {say('notice', { version: known.noticeVersion })}
        </a>
      ),
    ].filter(Boolean);
    return (
      <li class="purpose" key={id}>
        <span class={stands ? 'yes' : ''}>
          <Icon d={stands ? AGREED : REFUSED} />
        </span>
        <div>
          <b>{frame.boot.notice.doc.words.purposes[id]?.name}</b>
          <p class="under">
            {say(how, { time: known ? when(known.at) : '' })}
            {more.map((one) => (
              <>
                <br />
                {one}
              </>
            ))}
          </p>
        </div>
        {(takesBack ? stands && conversation.mayAsk() : !over && !isOff && !isHeld) && (
          <button
            type="button"
            class="link"
            aria-expanded={open}
            onClick={() => this.setState({ asked: open ? null : id, failed: false, wrong: '' })}
          >
            {say(takesBack ? 'withdraw' : 'change')}
          </button>
        )}
        {open &&
          !takesBack &&
          ask({
            purpose: id,
            failed,
            onAnswer: (granted, question) => void this.decide(id, onDecide(id, granted, question)),
          })}
        {open && takesBack && this.sure()}
      </li>
    );
  }

  /** What follows, and the press that does it. */
  private sure(): VNode {
    const { frame } = this.props;
    const { site, afterWithdrawal = 'locked' } = frame.boot;
    const { busy, wrong } = this.state;
    const ends = hasGate(frame);
    return (
      <div class="sure">
        <p class="under">
          {ends ? say('withdrawWhat') : say('withdrawBeside')}{' '}
          {ends && sayRights(`reading.${afterWithdrawal}`, { site: site.name })}
        </p>
        <p class="wrong" role="alert">
          {wrong}
        </p>
        <button type="button" class="btn bad" aria-disabled={busy || undefined} onClick={this.withdraw}>
          {say(busy ? 'withdrawing' : ends ? 'withdrawSure' : 'withdrawDo')}
        </button>
      </div>
    );
  }
}
