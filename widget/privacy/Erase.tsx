import { Component, createRef, type VNode } from 'preact';
import type { ErasedForGood, FormRequest } from '../../shared/api.ts';
import type { Conversation } from '../chat/conversation.ts';
import { ask } from '../http.ts';
import { saveJson } from '../save-file.ts';
import { say } from './words.ts';

interface EraseProps {
  conversation: Conversation;
  /** A time as the reader writes it. */
  when: (at: number) => string;
}

interface EraseState {
  open: boolean;
  busy: boolean;
  failed: boolean;
}

/** The certificate of what was erased in this page: it names nobody, and is all that is left. */
let erased: ErasedForGood['certificate'] | undefined;

/** Everything of the visitor, for good: what goes and what stays is said before the press that does it. */
export class Erase extends Component<EraseProps, EraseState> {
  override state: EraseState = { open: false, busy: false, failed: false };

  private section = createRef<HTMLElement>();

  /** What it says, and the button that does it, come into view together. */
  private toggle = (): void =>
    this.setState({ open: !this.state.open, failed: false }, () => this.section.current?.scrollIntoView({ block: 'nearest' }));

  private erase = async (): Promise<void> => {
    if (this.state.busy) return;
    this.setState({ busy: true, failed: false });
    const { conversation } = this.props;
    const request: FormRequest = { session: conversation.session() };
    const reply = await ask<ErasedForGood>('/api/privacy/erase', request);
    if (reply.ok) {
      erased = reply.data.certificate;
      conversation.finish('erased');
    }
    this.setState({ busy: false, failed: !reply.ok });
  };

  override render({ conversation, when }: EraseProps, { open, busy, failed }: EraseState): VNode | null {
    if (conversation.state.over === 'erased' && !erased) return <p role="status">{say('erasedTitle')}</p>;
    if (erased && conversation.state.over === 'erased') {
      const rows = Object.values(erased.counts).reduce((sum, count) => sum + count, 0);
      return (
        <section class="erase done" aria-live="polite">
          <h3>{say('erasedTitle')}</h3>
          <p class="under">{say('erasedText', { time: when(Date.parse(erased.time)), rows, seq: erased.ledger.seq })}</p>
          <button type="button" class="btn" onClick={() => saveJson('parley-erasure.json', erased)}>
            {say('saveCertificate')}
          </button>
        </section>
      );
    }
    if (!conversation.mayWithdraw()) return null;
    return (
      <section class="erase" ref={this.section}>
        <button type="button" class="link" aria-expanded={open} onClick={this.toggle}>
          {say('erase')}
        </button>
        {open && (
          <>
            <p class="under">{say('eraseText')}</p>
            {failed && (
              <p class="wrong" role="alert">
                {say('noErasure')}
              </p>
            )}
            <button type="button" class="btn bad" aria-disabled={busy || undefined} onClick={this.erase}>
              {say('eraseSure')}
            </button>
          </>
        )}
      </section>
    );
  }
}
