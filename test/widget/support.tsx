import { render } from '@testing-library/preact';
import { vi } from 'vitest';
import { DEMO_NOTICE } from '../../server/notices/demo-notice.ts';
import type { FrameBoot, NoticeInForce, Started } from '../../shared/api.ts';
import { deriveLook } from '../../shared/colour.ts';
import type { ConsentState, Message, VisitorConversation } from '../../shared/events.ts';
import { newActId, newId } from '../../shared/ids.ts';
import { type NoticeDoc, noticeHash, noticeHead } from '../../shared/notice.ts';
import type { ToFrame } from '../../widget/bridge.ts';
import type { Connection, ConnectionEvents } from '../../widget/chat/connection.ts';
import { App } from '../../widget/notice/App.tsx';
import type { Frame } from '../../widget/notice/frame.ts';

export const doc: NoticeDoc = DEMO_NOTICE;

export function inForce(changed: NoticeDoc = doc): NoticeInForce {
  return { hash: noticeHash(changed), doc: noticeHead(changed) };
}

/** A frame with a host page that is recorded and can speak. */
export function buildFrame(boot: Partial<FrameBoot> = {}) {
  const told: Parameters<Frame['host']['tell']>[0][] = [];
  const listeners = new Set<(message: ToFrame) => void>();
  const hear = (message: ToFrame): void => {
    for (const listener of listeners) listener(message);
  };
  const frame: Frame = {
    boot: {
      site: { key: 'demo', name: 'Northwind Books', look: deriveLook('#05585f', 'N') },
      notice: inForce(),
      online: true,
      resume: null,
      chatModule: '/w/assets/chat.js',
      fullModule: '/w/assets/full.js',
      privacyModule: '/w/assets/privacy.js',
      ...boot,
    },
    host: {
      tell(message) {
        told.push(message);
        if (message.type === 'ask-page') hear({ type: 'page', page: 'https://shop.example/books' });
      },
      listen(heard) {
        listeners.add(heard);
        return () => listeners.delete(heard);
      },
    },
    shown: { open: true, phone: false },
    show: () => {},
  };
  return { frame, told, hear };
}

export function renderForm(boot: Partial<FrameBoot> = {}) {
  const host = buildFrame(boot);
  return { ...host, ...render(<App frame={host.frame} />) };
}

export function buildConversation(changes: Partial<VisitorConversation> = {}): VisitorConversation {
  return {
    id: newId(),
    status: 'open',
    closedBy: null,
    closedAt: null,
    createdAt: Date.now(),
    agent: null,
    agentOnline: true,
    agentMarks: { deliveredSeq: 0, readSeq: 0 },
    visitorMarks: { deliveredSeq: 0, readSeq: 0 },
    keptUntil: null,
    ...changes,
  };
}

export function buildMessage(seq: number, changes: Partial<Message> = {}): Message {
  return {
    id: newId(),
    seq,
    author: 'agent',
    agentId: newId(),
    name: 'Maeve Casey',
    body: `message ${seq}`,
    at: Date.now(),
    ...changes,
  };
}

export function buildConsent(purpose: string, state: ConsentState['state'] = 'ConsentGiven'): ConsentState {
  const { hash } = inForce();
  return { purpose, state, at: Date.now(), actId: newActId(), noticeHash: hash, noticeVersion: 1, locale: 'en' };
}

export function buildStarted(first: { id: string; body: string }, changes: Partial<Started> = {}): Started {
  return {
    conversation: buildConversation(),
    messages: [buildMessage(1, { ...first, author: 'visitor', agentId: null, name: null })],
    consents: [buildConsent('answer'), buildConsent('news', 'ConsentRefused')],
    joined: false,
    ...changes,
  };
}

type Sent = { command: string; input: unknown };

/** A connection without a network: commands are recorded, and answered by what the test sets. */
export function fakeConnection() {
  const sent: Sent[] = [];
  let events: ConnectionEvents | undefined;
  const fake = {
    sent,
    renewed: 0,
    /** Gives null for "no answer". */
    answer: (_command: string, _input: unknown): unknown => null,
    get events(): ConnectionEvents {
      if (!events) throw new Error('nobody connected');
      return events;
    },
    connect: (_session: () => string | null, given: ConnectionEvents): Connection => {
      events = given;
      return {
        send: async (command: string, input: unknown) => {
          sent.push({ command, input });
          return fake.answer(command, input) as never;
        },
        renew: () => {
          fake.renewed++;
        },
        stop: () => {},
      };
    },
    of: (command: string): unknown[] => sent.filter((one) => one.command === command).map((one) => one.input),
  };
  return fake;
}

/** Answers of the relay over HTTP, by path; records what was asked. */
export function stubRelay(answers: Record<string, () => { status?: number; body: unknown } | Promise<never>>) {
  const asked: { path: string; body: unknown }[] = [];
  vi.stubGlobal('fetch', async (path: string, init?: RequestInit) => {
    asked.push({ path, body: init?.body ? JSON.parse(`${init.body}`) : null });
    const { status = 200, body } = (await answers[path]?.()) ?? { status: 404, body: { error: { code: 'not_found' } } };
    return new Response(JSON.stringify(body), { status });
  });
  return asked;
}
