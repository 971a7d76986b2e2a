import type { FrameBoot, Started, StartRequest } from '../../../shared/api.ts';
import { contiguousSeq } from '../../../shared/timeline.ts';
import type { Conversation } from '../../../widget/chat/conversation.ts';
import type { Start } from '../../../widget/chat/start.ts';
import type { Line } from '../../../widget/chat/state.ts';
import type { Frame } from '../../../widget/notice/frame.ts';
import { startRequestFrom } from '../../support/visitor.ts';
import { widgetCode } from './bundle.ts';
import type { History } from './history.ts';
import type { Stored } from './judge.ts';
import { type Browser, openPage, type Page } from './page.ts';
import type { FaultProxy } from './proxy.ts';

/** The product's own widget, stage 2 without its screen, in a page of its own; what it does goes into the history. */
export interface VisitorTab {
  readonly name: string;
  readonly conversationId: string;
  readonly browser: Browser;
  readonly page: Page;
  readonly conversation: Conversation;
  readonly request: StartRequest | null;
  /** Writes a message as a person does, and gives its id. */
  send(body: string): string;
  /** What the talk shows as stored. */
  stored(): Stored[];
  /** What is not acknowledged yet, oldest first. */
  waiting(): Line[];
  /** Connected, and nothing is missing up to this seq, and nothing waits. */
  isSettled(lastSeq: number): boolean;
  /** Answers the cookie question with yes; false when the relay did not take the answer. */
  accept(): Promise<boolean>;
  /** Answers the question of any purpose. */
  decide(purpose: string, granted: boolean): Promise<boolean>;
  withdraw(): Promise<boolean>;
  end(): Promise<boolean>;
  /** The page goes away, as by a reload or a closed tab. */
  leave(): void;
}

export interface TabParts {
  name: string;
  history: History;
  boot: FrameBoot;
  browser: Browser;
  /** Where its connections go. */
  port: number;
  origin: string;
  hurry?: number;
  proxy?: FaultProxy;
  storage?: Map<string, string>;
}

/** Presses Start: one POST, and the chat. Null when the answer did not come or was a refusal. */
export async function startTab(parts: TabParts, change: Partial<StartRequest> = {}): Promise<VisitorTab | null> {
  const { history } = parts;
  const request = startRequestFrom(parts.boot, change);
  const page = openPage(parts);
  const { message, session, conversationId } = request;
  history.invoke({ ...message, conversation: conversationId, author: 'visitor' });
  const fetch = page.globals.fetch as (path: string, init: RequestInit) => Promise<Response>;
  const started = await fetch('/api/consents', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  }).then(
    async (answer) => (answer.ok ? ((await answer.json()) as Started) : null),
    () => null,
  );
  if (!started) {
    page.close();
    return null;
  }
  return openTab(parts, page, { session, message, started }, request);
}

/** Comes back to the conversation of the cookie, as a page load does; what an earlier page left unsent goes out. */
export async function resumeTab(parts: TabParts, conversationId: string): Promise<VisitorTab> {
  return openTab(parts, openPage(parts), null, null, conversationId);
}

async function openTab(
  { name, history, boot }: TabParts,
  page: Page,
  start: Start | null,
  request: StartRequest | null,
  conversationId = start?.started.conversation.id ?? '',
): Promise<VisitorTab> {
  const parts = (await widgetCode())(page.globals as never);
  const frame: Frame = {
    boot,
    host: { tell: () => undefined, listen: () => () => undefined },
    shown: { open: true, phone: false },
    show: () => undefined,
  };
  /** What was logged of each line, so that each change logs only its news. */
  const logged = new Map<string, number | 'failed'>();
  const mine = new Set<string>(start ? [start.message.id] : []);
  const unsent = start ? { draft: '', messages: [] } : parts.takeUnsent('');
  for (const { id } of unsent.messages) mine.add(id);
  let conversation: Conversation | null = null;

  function log(): void {
    for (const { id, seq, local } of conversation?.state.lines ?? []) {
      const news = seq ?? (local === 'failed' ? 'failed' : null);
      if (news === null || logged.get(id) === news) continue;
      logged.set(id, news);
      if (news === 'failed') history.fail(id, 'refused');
      else if (mine.has(id)) history.ok(id, news);
      else history.saw(name, id, news);
    }
  }

  const made = parts.createConversation({ frame, changed: log, heard: () => undefined }, start, unsent);
  conversation = made;
  log();
  // The talk is before somebody's eyes.
  made.see(true);
  return {
    name,
    conversationId,
    browser: page.browser,
    page,
    conversation: made,
    request,
    send(body) {
      const before = new Set(made.state.lines.map(({ id }) => id));
      made.send(body);
      const line = made.state.lines.find(({ id }) => !before.has(id));
      if (!line) throw new Error(`${name} did not take "${body}"`);
      mine.add(line.id);
      // Nothing can have come back yet: that needs another turn of the loop.
      history.invoke({ id: line.id, conversation: conversationId, author: 'visitor', body: line.body });
      return line.id;
    },
    stored: () => made.state.lines.flatMap(({ id, seq, author, body }) => (seq === null ? [] : [{ id, seq, author, body }])),
    waiting: () => made.state.lines.filter(({ seq, local }) => seq === null && local !== 'failed'),
    isSettled(lastSeq) {
      const { link, lines } = made.state;
      return (
        link === 'up' && contiguousSeq(lines) === lastSeq && lines.every(({ seq, local }) => seq !== null || local === 'failed')
      );
    },
    accept: () => parts.decide(frame, made, made.cookie ?? '', true, boot.notice.hash),
    decide: (purpose, granted) => parts.decide(frame, made, purpose, granted, boot.notice.hash),
    withdraw: async () => (await parts.withdraw(frame, made)).ok,
    end: () => parts.end(made),
    leave() {
      page.signal('pagehide');
      made.stop();
      page.close();
    },
  };
}
