import type { Decided } from '../../shared/api.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { ConsentState, VisitorConversation } from '../../shared/events.ts';
import { SECOND, TYPING_HOLD } from '../../shared/limits.ts';
import { mergeMarks } from '../../shared/message-status.ts';
import { contiguousSeq, mergeMessage, mergeMessages } from '../../shared/timeline.ts';
import { ask } from '../http.ts';
import type { Frame } from '../notice/frame.ts';
import { cleanText } from '../text.ts';
import { type Connection, connect as connectSocket } from './connection.ts';
import { keepUnsent, NOTHING, type Unsent } from './outbox.ts';
import { watchPage } from './page-life.ts';
import { createSending } from './sending.ts';
import type { Start } from './start.ts';
import type { ChatState, Line, Over } from './state.ts';

/** How long a lost link goes unmentioned: most come back within it. */
const QUIET = 2 * SECOND;
const PROBE = 2 * SECOND;
/** Time to draw the talk so far. */
const DRAWN = 100;
const AGAIN = 3 * SECOND;

/** What the conversation rests on; tests put their own in. */
interface Parts {
  frame: Frame;
  /** Called after every change. */
  changed: () => void;
  /** Called when an agent's message arrives. */
  heard: () => void;
  connect?: typeof connectSocket;
}

export type Conversation = ReturnType<typeof createConversation>;

/** Refusals that say nothing about the message. */
const PASSING: readonly ErrorCode[] = ['unavailable', 'rate_limited', 'internal'];

const given = ({ state }: ConsentState): boolean => state.endsWith('ConsentGiven');

/** The conversation as this page has it: what was said, what waits to be sent, and where each consent stands. */
export function createConversation(
  { frame, changed, heard, connect = connectSocket }: Parts,
  start: Start | null,
  unsent: Unsent = NOTHING,
) {
  const cookie = frame.boot.notice.doc.purposes.find(({ asked, legalBasis }) => asked === 'chat' && legalBasis === 'consent')?.id;
  const state: ChatState = {
    conversation: null,
    consents: start?.started.consents ?? [],
    lines: [],
    draft: unsent.draft,
    typing: null,
    link: 'lost',
    held: 0,
    synced: false,
    over: null,
    overAt: 0,
    checking: false,
    cookieLost: false,
  };
  // Under a cookie that had a conversation, the form's own token was not used.
  let session = start && !start.started.joined ? start.session : null;
  let mayAsk = false;
  /** What is unsent outlives the page. */
  let safe = false;
  let seen = false;
  let syncing = false;
  /** A new session was asked for: the end of the old one is no news. */
  let replacing = false;
  let typingSent = 0;
  let marked = { deliveredSeq: 0, readSeq: 0 };
  /** What of the marks the relay knows, or is being told. */
  let said = marked;
  const told: Record<string, unknown> = {};
  const timers: Record<string, ReturnType<typeof setTimeout>> = {};

  const later = (name: string, delay: number, act: () => void): void => {
    clearTimeout(timers[name]);
    timers[name] = setTimeout(act, delay);
  };
  const granted = (purpose: string | undefined): boolean =>
    state.consents.some((consent) => consent.purpose === purpose && given(consent));
  /** Does a cookie carry this conversation over a page load? */
  const kept = (): boolean => granted(cookie) && !state.checking && !state.cookieLost;
  const waits = (): Line[] => state.lines.filter((line) => line.seq === null);
  const save = (): void => {
    safe = kept() && !state.over && keepUnsent({ draft: state.draft, messages: waits() });
  };
  const tell = (message: Parameters<Frame['host']['tell']>[0]): void => {
    const text = JSON.stringify(message);
    if (told[message.type] !== text) frame.host.tell(message);
    told[message.type] = text;
  };

  const update = (news: Partial<ChatState>): void => {
    Object.assign(state, news);
    // Delivered is what arrived; read is what was on the screen.
    const deliveredSeq = contiguousSeq(state.lines);
    marked = mergeMarks(marked, { deliveredSeq, readSeq: seen ? deliveredSeq : 0 });
    if (marked.deliveredSeq > said.deliveredSeq || marked.readSeq > said.readSeq) {
      said = marked;
      void insist('message:mark', said);
    }
    save();
    tell({ type: 'running', running: !state.over && !kept() });
    tell({
      type: 'unread',
      count: state.lines.filter(({ author, seq }) => author === 'agent' && (seq ?? 0) > marked.readSeq).length,
    });
    changed();
  };

  /** Asks until the relay can take it. What it refuses for now says nothing about what was asked. */
  const insist: Connection['send'] = async (command, input, timeout) => {
    for (let held = false; ; held = true) {
      const answer = await connection.send(command, input, timeout);
      const passing = answer && !answer.ok && PASSING.includes(answer.error) && !state.over;
      if (held !== !!passing) update({ held: state.held + (held ? -1 : 1) });
      if (!passing) return answer;
      await new Promise((resolve) => setTimeout(resolve, (answer.retryAfterSeconds ?? 3) * SECOND));
    }
  };

  const finish = (over: Over, at?: number | null, consents = state.consents): void => {
    if (state.over && over !== 'withdrawn' && over !== 'erased') return;
    stop();
    if (kept()) keepUnsent(NOTHING);
    tell({ type: 'keep', until: null });
    const overAt = at ?? Date.now();
    // Where another tab withdrew, nothing says it but the end of the session.
    if (over === 'withdrawn')
      state.consents = consents.map((one) => (given(one) ? { ...one, state: 'ConsentWithdrawn', at: overAt } : one));
    update({ over, overAt, typing: null, link: 'up' });
  };

  const take = (conversation: VisitorConversation): void => {
    const { agentMarks, visitorMarks, closedBy, closedAt, keptUntil } = conversation;
    marked = mergeMarks(marked, visitorMarks);
    said = mergeMarks(said, visitorMarks);
    // Marks come by more than one road, and only rise.
    update({
      conversation: { ...conversation, agentMarks: mergeMarks(state.conversation?.agentMarks ?? agentMarks, agentMarks) },
    });
    if (closedBy === 'withdrawal') finish('withdrawn', closedAt);
    if (closedBy === 'visitor') finish('ended', closedAt);
    // The mark's time follows the cookie's, which the relay renews.
    if (kept() && keptUntil && !state.over && !replacing) tell({ type: 'keep', until: keptUntil });
  };

  /** A link that does not acknowledge is dead, whatever it says of itself: what was asked comes again on the next. */
  const renewDead = (): void => {
    if (state.link === 'up' && !state.over) connection.renew();
  };
  const sync = async (timeout?: number): Promise<void> => {
    if (syncing) return;
    syncing = true;
    let more = true;
    while (more) {
      const answer = await insist('conversation:sync', { afterSeq: contiguousSeq(state.lines) }, timeout);
      if (!answer?.ok) {
        if (!answer) renewDead();
        break;
      }
      more = answer.data.more;
      state.consents = answer.data.consents;
      state.lines = mergeMessages<Line>(state.lines, answer.data.messages);
      // What was said on a link that broke may be lost.
      said = answer.data.conversation.visitorMarks;
      take(answer.data.conversation);
    }
    syncing = false;
    // Only once the talk so far is drawn is what comes next said aloud (PR-84).
    if (!more && !state.synced) later('synced', DRAWN, () => update({ synced: true }));
    if (!more) void flush();
  };

  const { flush, write, retry, remove } = createSending(state, update, insist, renewDead);

  const connection = connect(() => session, {
    connected() {
      clearTimeout(timers.link);
      update({ link: 'up' });
      void sync();
    },
    lost() {
      if (state.link !== 'up' || state.over) return;
      update({ link: 'lost', typing: null });
      later('link', QUIET, () => update({ link: 'down' }));
    },
    refused(code: ErrorCode | undefined) {
      if (code === 'consent_withdrawn') finish('withdrawn');
      else if (code === 'consent_expired') finish('expired');
      else if (code === 'unauthorized' && !replacing) finish('gone');
      else later('again', AGAIN, connection.renew);
    },
    'message:created'(message) {
      const isNews = message.author === 'agent' && !state.lines.some((line) => line.id === message.id);
      update({ lines: mergeMessage<Line>(state.lines, message), ...(isNews && { typing: null }) });
      if (isNews && state.synced) heard();
      if (message.seq > contiguousSeq(state.lines)) void sync();
    },
    'conversation:changed': take,
    'consents:changed': (consents) => update({ consents }),
    'typing:changed'({ typing, name }) {
      update({ typing: typing ? (name ?? '') : null });
      later('typing', TYPING_HOLD + SECOND, () => update({ typing: null }));
    },
    'presence:changed'({ online }) {
      if (state.conversation) update({ conversation: { ...state.conversation, agentOnline: online } });
    },
    'session:ended'({ reason }) {
      const hadCookie = kept();
      if (reason !== 'replaced') finish(reason);
      else if (!replacing) finish('gone');
      // Ended elsewhere, the cookie is void, and an answer takes it away; an act of this page has its own.
      if (hadCookie && state.over) later('sweep', SECOND, () => void ask('/api/session/check'));
    },
  });

  const unwatch = watchPage({
    // A link that died in a sleep tells nobody.
    onWake() {
      if (state.link === 'up') void sync(PROBE);
      else if (!state.over) connection.renew();
    },
    onLeave(persisted) {
      // Without a cookie nothing brings this chat back: the agents are told.
      if (!persisted && !kept()) void connection.send('conversation:leave', {});
      connection.stop();
    },
    onReturn: connection.renew,
    hasUnsent: () => !safe && (state.draft !== '' || waits().length > 0),
  });
  later('link', QUIET, () => update({ link: 'down' }));

  /** Lets go of the socket and of the page. */
  function stop(): void {
    unwatch();
    for (const timer of Object.values(timers)) clearTimeout(timer);
    connection.stop();
  }
  if (start) {
    state.lines = mergeMessages<Line>([], start.started.messages);
    take(start.started.conversation);
    // The answer may be that to an earlier try: then the text as it is now comes after it.
    const { message } = start;
    if (!state.lines.some(({ id }) => id === message.id)) write(message);
  }
  // What an earlier page left unsent goes out now.
  unsent.messages.forEach(write);

  return {
    state,
    cookie,
    granted,
    kept,
    isSafe: (): boolean => safe,
    /** Does anything wait that a press of Send did not get to the relay? */
    waits: (): boolean => waits().some(({ local }) => local === 'failed' || state.link !== 'up'),
    stop,
    retryLink: connection.renew,
    session: (): string | null => session,
    finish,
    /** The visitor ended it here; under `rights` the page can still ask for what is theirs. */
    over(how: Over, rights: string, at?: number, consents?: ConsentState[]): void {
      session = rights;
      mayAsk = true;
      finish(how, at, consents);
      changed();
    },
    /** What has run out has ended the talk, and no right. */
    mayAsk: (): boolean => mayAsk || !state.over || state.over === 'expired',
    /** Says whether the end of the talk is before the visitor's eyes. */
    see(now: boolean): void {
      if (seen === now) return;
      seen = now;
      update({});
    },
    draft(text: string): void {
      state.draft = text;
      save();
      const due = text ? Date.now() - typingSent > TYPING_HOLD / 2 : typingSent > 0;
      if (!due) return;
      typingSent = text ? Date.now() : 0;
      void connection.send('typing:set', { typing: text !== '' });
    },
    send(text: string, asIs?: true): void {
      const body = cleanText(text);
      if (body) write({ body, asIs });
      this.draft('');
    },
    retry,
    remove,
    /** The session that speaks from now on, before it does: what the old one ends with is no news. */
    replace(): void {
      replacing = true;
    },
    /** The cookie is being accepted: it keeps nothing before it is known that the browser has it. */
    check(): void {
      state.checking = !kept();
    },
    /** What a decision changed; `next` is the session that speaks from now on, if another does. */
    decided({ consents, conversation }: Decided, next: string | null, cookieLost: boolean): void {
      if (next || cookieLost) {
        keepUnsent(NOTHING);
        tell({ type: 'keep', until: null });
      }
      if (next) {
        session = next;
        connection.renew();
      }
      Object.assign(state, { consents, cookieLost, checking: false });
      replacing = false;
      take(conversation);
    },
  };
}
