import { Component, createRef, type VNode } from 'preact';
import type { NoticeInForce, Online } from '../../shared/api.ts';
import type { ToFrame } from '../bridge.ts';
import { ask } from '../http.ts';
import { say } from '../i18n.ts';
import { Header } from '../ui/Header.tsx';
import { Reading } from '../ui/Reading.tsx';
import { boxId } from './asked.ts';
import { Form } from './Form.tsx';
import { type ChatModule, type Frame, type Hand, lastHand, load, type Refused } from './frame.ts';
import { NoticeInFull } from './NoticeInFull.tsx';

type View = 'form' | 'notice' | 'privacy';

interface AppState {
  chat: VNode | null;
  /** A kept chat is being fetched, or could not be. */
  returning: 'no' | 'yes' | 'failed';
  view: View;
  notice: NoticeInForce;
  busy: boolean;
  refused: Refused | null;
}

/**
 * Stage 1: the form, and what may lie over it; from Start on, the chat in its place. The form stays in the page under
 * the other views, so nothing typed is lost.
 */
export class App extends Component<{ frame: Frame }, AppState> {
  override state: AppState = {
    chat: null,
    returning: this.props.frame.boot.resume ? 'yes' : 'no',
    view: 'form',
    notice: this.props.frame.boot.notice,
    busy: false,
    refused: null,
  };
  private hands: Record<string, Hand> = {};
  private opener: Element | null = null;
  private shownBefore = false;
  private root = createRef<HTMLDivElement>();
  private stop: (() => void)[] = [];

  override componentDidMount(): void {
    const { frame } = this.props;
    frame.show = (chat, question = '') => {
      this.hands = {};
      this.setState({ chat, returning: 'no', view: 'form', busy: false, refused: null }, () => {
        const field = this.find<HTMLTextAreaElement>('#question');
        if (!field) return;
        field.value = question;
        this.focus();
        void this.askOnline();
      });
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.isComposing || this.state.chat) return;
      if (this.state.view === 'form') frame.host.tell({ type: 'close' });
      else this.back();
    };
    addEventListener('keydown', onKey);
    this.stop = [frame.host.listen(this.heard), () => removeEventListener('keydown', onKey)];
    if (this.state.returning === 'yes') this.resume('');
    // No conversation is kept: a mark that says so is of an earlier one.
    else frame.host.tell({ type: 'keep', until: null });
  }

  override componentWillUnmount(): void {
    for (const stop of this.stop) stop();
  }

  private find<Found extends HTMLElement>(selector: string): Found | null {
    return this.root.current?.querySelector<Found>(selector) ?? null;
  }

  /** A phone's keyboard would cover the terms, so there the focus goes to the name of the site. */
  private focus(): void {
    this.find(this.props.frame.shown.phone ? 'h1' : '#question')?.focus();
  }

  private heard = (message: ToFrame): void => {
    const { chat, busy } = this.state;
    if (chat) return;
    if (message.type === 'shown' && message.open) {
      if (message.privacy) this.go('privacy');
      else this.focus();
      // The page of the frame said it when it was loaded.
      if (this.shownBefore) void this.askOnline();
    }
    this.shownBefore ||= message.type === 'shown';
    // The conversation of the other tab is this visitor's: go there, with what was typed here as a draft.
    if (message.type === 'joined' && !busy) this.resume(this.find<HTMLTextAreaElement>('#question')?.value ?? '');
  };

  /** Is anybody there now? It may be long since the form was shown last. */
  private async askOnline(): Promise<void> {
    const reply = await ask<Online>('/api/online');
    if (!reply.ok) return;
    this.props.frame.boot.online = reply.data.online;
    this.setState({});
  }

  /** Privacy may be pressed while it comes: then that is what it opens with. */
  private resume(draft: string): void {
    const { frame } = this.props;
    load<ChatModule>(frame.boot.chatModule).then(
      (chat) => chat.resume(frame, draft, this.state.view === 'privacy'),
      () => this.setState({ returning: 'failed' }),
    );
  }

  private go(view: View): void {
    if (this.state.view === 'form') this.opener = document.activeElement;
    this.setState({ view }, () => this.find('h2')?.focus());
  }

  private back = (): void => this.setState({ view: 'form' }, () => (this.opener as HTMLElement | null)?.focus());

  private say(refused: Refused): void {
    this.setState({ busy: false, refused }, () => this.find('.sum')?.focus());
  }

  /** What is ticked is mended. A field is looked at again at Start: no word comes and goes while somebody types. */
  private tick = (purpose: string): void => {
    this.hands[purpose] = lastHand();
    const { refused } = this.state;
    const { [boxId(purpose)]: mended, ...wrongs } = refused?.wrongs ?? {};
    if (refused && mended) this.setState({ refused: refused.left?.(wrongs) ?? null });
  };

  private start = async (): Promise<void> => {
    const { notice, busy } = this.state;
    const { frame } = this.props;
    if (busy) return;
    const pressed = performance.now();
    this.state.busy = true;
    this.setState({ busy: true });
    // First the code, then the POST: a chat that cannot be loaded must never follow a stored consent.
    const chat = await load<ChatModule>(frame.boot.chatModule).catch(() => null);
    const form = this.find('main');
    if (!chat || !form) return this.say({ title: say('failed'), text: say('failedLoad') });
    const refused = await chat.start(frame, { form, notice, hands: this.hands, pressed });
    if (!refused) return;
    if (refused.notice) {
      frame.boot.notice = refused.notice;
      this.setState({ notice: refused.notice });
      // Other words are other terms: nobody has agreed to them yet.
      for (const box of form.querySelectorAll<HTMLInputElement>('.tick')) box.checked = false;
    }
    this.say(refused);
  };

  override render(): VNode {
    const { frame } = this.props;
    const { chat, returning, view, notice, busy, refused } = this.state;
    const { site, online, note } = frame.boot;
    if (chat) return chat;
    const { doc } = notice;
    return (
      <div class="pw" ref={this.root}>
        <Header
          site={site}
          state={say(online ? 'online' : 'away')}
          here={online}
          privacyOpen={view === 'privacy'}
          onPrivacy={() => (view === 'privacy' ? this.back() : this.go('privacy'))}
          onClose={() => frame.host.tell({ type: 'close' })}
        />
        {returning !== 'no' ? (
          <main class="view pad">
            <p role="status">{say(returning === 'yes' ? 'starting' : 'failedLoad')}</p>
            {returning === 'failed' && (
              <button type="button" class="btn" onClick={() => this.setState({ returning: 'yes' }, () => this.resume(''))}>
                {say('retry')}
              </button>
            )}
          </main>
        ) : (
          <main class="view" hidden={view !== 'form'} lang={doc.locale} translate={false}>
            <Form
              doc={doc}
              site={site.name}
              note={note}
              online={online}
              busy={busy}
              refused={refused}
              onTick={this.tick}
              onReadFull={() => this.go('notice')}
              onStart={this.start}
              goTo={(id) => this.find(`#${CSS.escape(id)}`)?.focus()}
            />
          </main>
        )}
        {view === 'notice' && (
          <main class="view" lang={doc.locale} translate={false}>
            <NoticeInFull frame={frame} notice={notice} onBack={this.back} />
          </main>
        )}
        {view === 'privacy' && returning === 'no' && (
          <main class="view">
            <Reading title={say('yourPrivacy')} back={say('back')} onBack={this.back}>
              <div class="body pad">
                <p>{say('nothing')}</p>
                <button type="button" class="link" onClick={() => this.go('notice')}>
                  {doc.words.form.readFull}
                </button>
              </div>
            </Reading>
          </main>
        )}
      </div>
    );
  }
}
