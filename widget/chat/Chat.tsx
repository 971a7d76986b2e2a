import { Component, createRef, type VNode } from 'preact';
import { shownHash } from '../../shared/notice.ts';
import type { ToFrame } from '../bridge.ts';
import { say as sayFrame } from '../i18n.ts';
import type { Frame } from '../notice/frame.ts';
import { Header } from '../ui/Header.tsx';
import { Icon } from '../ui/Icon.tsx';
import { WRONG } from '../ui/icons.ts';
import { askFirst } from './ask-first.ts';
import { Composer } from './Composer.tsx';
import { type Conversation, createConversation } from './conversation.ts';
import { decide, end } from './decisions.ts';
import { Ended } from './Ended.tsx';
import { OFF } from './icons.ts';
import { takeUnsent } from './outbox.ts';
import { fetchPrivacy, Privacy } from './Privacy.tsx';
import { readWords, type Start } from './start.ts';
import { Talk } from './Talk.tsx';
import toneFile from './tone.wav';
import { clock, say } from './words.ts';

interface ChatProps {
  frame: Frame;
  start: Start | null;
  draft: string;
  privacy: boolean;
}

interface ChatView {
  privacy: boolean;
  /** The cookie question is open again. */
  asking: boolean;
  /** What the relay did not take. */
  failed: 'answer' | 'end' | null;
  sound: boolean;
  /** Said to those who cannot see it. */
  news: string;
  /** Something new stands below what is in view. */
  below: boolean;
}

/** How much of the cookie question shows under the last words where room is low. */
const PEEK = 56;

/** Stage 2: the conversation. */
export class Chat extends Component<ChatProps, ChatView> {
  override state: ChatView = { privacy: this.props.privacy, asking: false, failed: null, sound: false, news: '', below: false };
  private tone: HTMLAudioElement | null = null;
  private root = createRef<HTMLDivElement>();
  private log = createRef<HTMLDivElement>();
  private atEnd = true;
  /** Where the talk stood when it was last drawn. */
  private stood = 0;
  private link = '';
  private stop: (() => void)[] = [];
  private conversation: Conversation = createConversation(
    {
      frame: this.props.frame,
      changed: () => this.setState({}),
      heard: () => {
        // A browser may refuse to sound before the visitor has touched the frame.
        if (this.state.sound) this.tone?.play().catch(() => {});
        if (!this.atEnd) this.setState({ below: true });
      },
    },
    this.props.start,
    this.props.start ? undefined : takeUnsent(this.props.draft),
  );

  override componentDidMount(): void {
    const { frame } = this.props;
    const off = new AbortController();
    const { signal } = off;
    addEventListener(
      'keydown',
      (event) => {
        if (event.key !== 'Escape' || event.isComposing) return;
        if (this.state.privacy) this.showPrivacy(false);
        else frame.host.tell({ type: 'close' });
      },
      { signal },
    );
    for (const type of ['focus', 'blur', 'resize']) addEventListener(type, this.look, { signal });
    document.addEventListener('visibilitychange', this.look, { signal });
    this.stop = [frame.host.listen(this.heard), () => off.abort()];
    if (this.props.start) this.setState({ news: say('agreedAt', { time: clock(Date.now()) }) });
    this.focus();
    this.componentDidUpdate();
  }
  override componentWillUnmount(): void {
    for (const stop of this.stop) stop();
    this.conversation.stop();
  }
  override componentDidUpdate(): void {
    const scroller = this.scroller();
    // News never steals the place where somebody reads, nor takes away a question that was scrolled to.
    if (scroller && this.atEnd) {
      const end = this.endOf(scroller);
      // Scrolled back a moment ago, and the browser has not said so yet.
      if (scroller.scrollTop < this.stood - 1 && end - scroller.scrollTop > 48) this.atEnd = false;
      else if (scroller.scrollTop < end) scroller.scrollTop = end;
      this.stood = scroller.scrollTop;
    }
    this.look();
    const { link } = this.conversation.state;
    const before = this.link;
    this.link = link;
    if (link !== 'up' || before === 'up') return;
    fetchPrivacy(this.props.frame, this.conversation, decide);
    // What found no answer can be tried again, and needs no word any more.
    this.setState({ failed: null, ...(before === 'down' && { news: say('online') }) });
  }

  private heard = (message: ToFrame): void => {
    if (message.type !== 'shown') return;
    if (message.open && message.privacy) this.showPrivacy(true);
    else if (message.open) this.focus();
    this.look();
  };
  private find(selector: string): HTMLElement | null {
    return this.root.current?.querySelector<HTMLElement>(selector) ?? null;
  }
  /** On a phone the keyboard would cover the talk, so there the focus goes to the name of the site. */
  private focus(): void {
    const { shown } = this.props.frame;
    if (shown.open) (this.find(this.state.privacy ? 'h2' : shown.phone ? 'h1' : 'textarea') ?? this.find('h1'))?.focus();
  }
  private showPrivacy(privacy: boolean): void {
    this.setState({ privacy, asking: false }, () => (this.find(privacy ? 'h2' : '.privacy') ?? this.find('h1'))?.focus());
  }
  /** In a low panel the talk and the cookie question scroll together. */
  private scroller(): HTMLElement | null {
    const log = this.log.current;
    return log && getComputedStyle(log).overflowY === 'visible' ? log.parentElement : log;
  }
  /** Where the last words are in view; a question that scrolls with them stands below, and shows that it is there. */
  private endOf(scroller: HTMLElement): number {
    const talk = this.log.current === scroller ? scroller.scrollHeight : (this.log.current?.offsetHeight ?? 0) + PEEK;
    return Math.min(talk, scroller.scrollHeight) - scroller.clientHeight;
  }
  private look = (): void => {
    const inView = this.props.frame.shown.open && document.visibilityState === 'visible' && document.hasFocus();
    this.conversation.see(inView && this.atEnd && !this.state.privacy);
  };
  private scrolled = (): void => {
    const scroller = this.scroller();
    if (!scroller) return;
    this.atEnd = this.endOf(scroller) - scroller.scrollTop < 48;
    this.stood = scroller.scrollTop;
    if (this.atEnd && this.state.below) this.setState({ below: false });
    this.look();
  };
  private toEnd = (): void => {
    this.atEnd = true;
    this.stood = 0;
    this.setState({ below: false });
  };

  private decide = async (purpose: string, granted: boolean, question: HTMLElement): Promise<boolean> => {
    const { frame } = this.props;
    const { conversation } = this;
    const { doc, hash } = frame.boot.notice;
    const shown = purpose === conversation.cookie ? shownHash(doc, 'cookie', readWords(question)) : hash;
    const done = await decide(frame, conversation, purpose, granted, shown, undefined, this.state.privacy ? 'panel' : 'chat');
    this.setState(done ? { asking: false, failed: null } : { failed: 'answer' }, () => {
      if (!question.isConnected && !this.state.privacy) this.focus();
    });
    return done;
  };
  private endChat = async (): Promise<void> => {
    this.setState({ failed: (await end(this.conversation)) ? null : 'end' });
  };
  /** What an agent closed is ended first: opened again, it would come back by its cookie in the place of the new one. */
  private again = async (): Promise<void> => {
    const { state } = this.conversation;
    if (!state.over && !(await end(this.conversation))) return this.setState({ failed: 'end' });
    const { host, show } = this.props.frame;
    host.tell({ type: 'keep', until: null });
    host.tell({ type: 'running', running: false });
    show(null, state.draft);
  };
  private toggleSound = (): void => {
    this.tone ??= new Audio(toneFile);
    this.setState(({ sound }) => ({ sound: !sound }));
  };

  override render(): VNode {
    const { frame } = this.props;
    const { privacy, asking, sound, below, failed } = this.state;
    const { conversation } = this;
    const { state } = conversation;
    const { site } = frame.boot;
    const talk = state.conversation;
    const closed = state.over !== null || talk?.status === 'closed';
    const agent = talk?.agent?.name;
    const down = state.link === 'down';
    const here = !closed && (talk?.agentOnline ?? frame.boot.online);
    const told = closed
      ? say(talk?.closedBy === 'restriction' ? 'onHold' : 'closed')
      : here && agent
        ? say('here', { name: agent })
        : sayFrame(here ? 'online' : 'away');
    return (
      <div class="pw" ref={this.root}>
        <Header
          site={site}
          state={told}
          here={here}
          privacyOpen={privacy}
          onPrivacy={() => this.showPrivacy(!privacy)}
          onClose={() => frame.host.tell({ type: 'close' })}
        />
        <main class="view" hidden={privacy}>
          {state.over && state.over !== 'ended' ? (
            <Ended over={state.over} at={state.overAt} onAgain={this.again} />
          ) : (
            <>
              {(down || state.held > 0) && (
                <div class="strip" role="status">
                  <Icon d={down ? OFF : WRONG} />
                  <span>
                    <b>{say(down ? 'offline' : 'held')}</b> {say(down ? 'offlineText' : 'heldText')}
                  </span>
                  {down && (
                    <button type="button" class="link" onClick={conversation.retryLink}>
                      {say('tryNow')}
                    </button>
                  )}
                </div>
              )}
              <Talk
                boot={frame.boot}
                conversation={conversation}
                closed={closed}
                asking={asking}
                failed={failed === 'answer'}
                below={below}
                log={this.log}
                onScroll={this.scrolled}
                onReceipt={() => this.showPrivacy(true)}
                onChange={() => this.setState({ asking: true })}
                onToEnd={this.toEnd}
                onDecide={(purpose, granted, question) => void this.decide(purpose, granted, question)}
              />
              {failed === 'end' && (
                <p class="wrong bar" role="alert">
                  {say('noAnswer')}
                </p>
              )}
              {closed ? (
                <div class="bar">
                  <button type="button" class="btn main" onClick={this.again}>
                    {say('again')}
                  </button>
                </div>
              ) : (
                <Composer
                  to={agent ?? site.name}
                  initial={state.draft}
                  safe={conversation.isSafe()}
                  waits={conversation.waits()}
                  sound={sound}
                  onSound={this.toggleSound}
                  onDraft={(text) => conversation.draft(text)}
                  onAsk={(text) => askFirst(frame, text, 'pen')}
                  onSend={(text, asIs) => {
                    this.toEnd();
                    conversation.send(text, asIs);
                  }}
                  onEnd={this.endChat}
                  onStay={() => this.setState({ failed: null })}
                />
              )}
            </>
          )}
        </main>
        {privacy && (
          <Privacy frame={frame} conversation={conversation} onBack={() => this.showPrivacy(false)} onDecide={this.decide} />
        )}
        <p class="sr" role="status">
          {state.typing === null ? this.state.news : say('writing', { name: state.typing || say('agent') })}
        </p>
      </div>
    );
  }
}
