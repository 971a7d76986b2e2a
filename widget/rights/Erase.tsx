import { Component, createRef, type VNode } from 'preact';
import type { ErasedForGood } from '../../shared/api.ts';
import type { StandingRequest } from '../../shared/rights-requests.ts';
import type { Survivor, Survivors } from '../../shared/survivors.ts';
import { ask, type Refusal } from '../http.ts';
import { saveJson } from '../save-file.ts';
import { Left } from './Left.tsx';
import { say, type Wish } from './words.ts';

interface EraseProps {
  /** Does it. Gives null when it is done, else why it is not, in words. */
  erase: () => Promise<string | null>;
  /** By which the relay knows who asks: the session, or the link of a receipt. */
  holder: StandingRequest;
  whyNot: (refusal: Refusal, wish?: Wish) => string;
  /** What would be left, where it came with another answer: no request is made for it. */
  known?: Survivor[] | undefined;
  /** It is done, here or elsewhere. */
  isGone: boolean;
  /** What was erased here: its certificate, which names nobody, and what is left. */
  erased: ErasedForGood | undefined;
  /** A time as the reader writes it. */
  when: (at: number) => string;
  /** Everything was taken back a moment ago: whether it shall be erased too is a question of its own (PR-47). */
  isAsked: boolean;
  /** The rank that its heading has on the page. */
  heading: 'h2' | 'h3';
}

interface EraseState {
  open: boolean;
  busy: boolean;
  /** Why it was not done. */
  wrong: string;
  /** What would be left; null until it is known. */
  left: Survivor[] | null;
  /** Why that is not known. */
  unknown: string;
}

/** Everything of the visitor, for good: what goes and what stays is said before the press that does it. */
export class Erase extends Component<EraseProps, EraseState> {
  override state: EraseState = { open: this.props.isAsked, busy: false, wrong: '', left: null, unknown: '' };

  private section = createRef<HTMLElement>();
  /** Was it asked for here? */
  private tried = false;

  override componentDidMount(): void {
    if (this.state.open && !this.props.isGone) void this.look();
  }

  override componentWillReceiveProps({ isAsked, known }: EraseProps): void {
    if (!isAsked || this.props.isAsked) return;
    this.setState({ open: true, ...(known && { left: known }) });
    if (!known) void this.look();
  }

  override componentDidUpdate({ isGone }: EraseProps): void {
    // The button that was pressed is gone, and the focus with it: on to what came of it.
    if (this.tried && this.props.isGone && !isGone) this.section.current?.querySelector<HTMLElement>('h2, h3')?.focus();
  }

  /** Asked for when somebody wants to erase, and told before they do; where it cannot be told, that is no hindrance. */
  private look = async (): Promise<void> => {
    const { holder, whyNot, known } = this.props;
    if (known) return this.setState({ left: known }, this.show);
    const reply = await ask<Survivors>('/api/privacy/survivors', holder);
    this.setState(reply.ok ? { left: reply.data.survivors, unknown: '' } : { unknown: whyNot(reply, 'look') }, this.show);
  };

  /** What it says, and the button that does it, come into view together. */
  private show = (): void => this.section.current?.scrollIntoView({ block: 'nearest' });

  private toggle = (): void => {
    if (!this.state.open) void this.look();
    this.setState({ open: !this.state.open, wrong: '' }, this.show);
  };

  private erase = async (): Promise<void> => {
    if (this.state.busy) return;
    this.tried = true;
    this.setState({ busy: true, wrong: '' });
    const wrong = await this.props.erase();
    this.setState({ busy: false, wrong: wrong ?? '' });
  };

  override render({ isGone, isAsked, heading: Heading }: EraseProps, { open, busy, wrong, left, unknown }: EraseState): VNode {
    if (isGone) return this.done();
    return (
      <section class="erase" ref={this.section}>
        {isAsked && open ? (
          <Heading>{say('alsoErase')}</Heading>
        ) : (
          <button type="button" class="link" aria-expanded={open} onClick={this.toggle}>
            {say('erase')}
          </button>
        )}
        {open && (
          <>
            {isAsked && <p class="under">{say('alsoEraseText')}</p>}
            <p class="under">{say('eraseText')}</p>
            <div aria-live="polite">
              {left ? (
                <Left survivors={left} />
              ) : (
                <p class="under">{unknown ? say('leftUnknown', { why: unknown }) : say('leftComing')}</p>
              )}
            </div>
            <p class="wrong" role="alert">
              {wrong}
            </p>
            <div class="pair">
              <button type="button" class="btn" onClick={this.toggle}>
                {say('leaveIt')}
              </button>
              <button type="button" class="btn bad" aria-disabled={busy || undefined} onClick={this.erase}>
                {say(busy ? 'erasing' : 'eraseSure')}
              </button>
            </div>
          </>
        )}
      </section>
    );
  }

  private done(): VNode {
    const { erased, when, heading: Heading } = this.props;
    const certificate = erased?.certificate;
    const rows = Object.values(certificate?.counts ?? {}).reduce((sum, count) => sum + count, 0);
    // Where the answer was lost, what was said before the press still holds.
    const left = erased?.survivors ?? this.state.left;
    return (
      <section class="erase done" aria-live="polite" ref={this.section}>
        <Heading tabIndex={-1}>{say('erasedTitle')}</Heading>
        <p class="under">
          {certificate
            ? say('erasedText', { time: when(Date.parse(certificate.time)), rows, seq: certificate.ledger.seq })
            : say(this.tried ? 'erasedLost' : 'erasedOther')}
        </p>
        {certificate && (
          <button type="button" class="btn" onClick={() => saveJson('parley-erasure.json', certificate)}>
            {say('saveCertificate')}
          </button>
        )}
        {left && <Left survivors={left} />}
      </section>
    );
  }
}
