// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { App } from '../../console/App.tsx';
import type { Api } from '../../console/api.ts';
import { createNotifier } from '../../console/models/notifier.ts';
import { keepPreferences } from '../../console/models/preferences.ts';
import { createSession } from '../../console/models/session.ts';
import { createWorkspace } from '../../console/models/workspace.ts';
import { drawConsole } from './draw.tsx';
import { FakeRelay, GRANTED, MARIA, TOMAS, visitorMessage } from './fake-relay.ts';

const SECRET = 'the text of a message';
const shown: { title: string; options: unknown }[] = [];
let asked = 0;

class FakeNotification {
  static permission: NotificationPermission = 'default';
  static async requestPermission(): Promise<NotificationPermission> {
    asked += 1;
    FakeNotification.permission = 'granted';
    return 'granted';
  }
  onclick: (() => void) | null = null;
  constructor(title: string, options: unknown) {
    shown.push({ title, options });
  }
  close(): void {}
}

beforeEach(() => {
  shown.length = 0;
  asked = 0;
  FakeNotification.permission = 'default';
  vi.stubGlobal('Notification', FakeNotification);
  document.head.innerHTML = '<link rel="icon" href="data:,">';
  location.hash = '';
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  localStorage.clear();
});

const notifierOf = (agent: string) => createNotifier(() => undefined, keepPreferences(agent));

function signedInApi(): Api {
  const me = async () => ({ ok: true, data: MARIA }) as const;
  return { me, login: me, setup: me, reset: me, logout: async () => ({ ok: true, data: null }) };
}

describe('a browser notification', () => {
  it('is asked for by the agent only, and never holds what was written', async () => {
    const relay = new FakeRelay();
    const { id } = relay.add();
    const { workspace } = await drawConsole(relay);
    const say = (seq: number) => relay.says('message:created', { conversationId: id, message: visitorMessage(seq, SECRET) });
    say(1);
    expect(shown).toEqual([]);
    expect(asked).toBe(0);
    await workspace.notifier.toggle();
    expect(asked).toBe(1);
    say(2);
    expect(shown).toEqual([{ title: 'New message from Hanna Lindqvist', options: { tag: id } }]);
    expect(JSON.stringify(shown)).not.toContain(SECRET);
  });

  it('keeps quiet for what is being looked at and for an agent who is away', async () => {
    const relay = new FakeRelay();
    const open = relay.add();
    const other = relay.add();
    const { workspace } = await drawConsole(relay, open.id);
    await workspace.notifier.toggle();
    relay.says('message:created', { conversationId: open.id, message: visitorMessage(1, SECRET) });
    expect(shown).toEqual([]);
    workspace.setPresence('away');
    relay.says('message:created', { conversationId: other.id, message: visitorMessage(1, SECRET) });
    expect(shown).toEqual([]);
  });

  it('says when the browser blocks it', async () => {
    FakeNotification.permission = 'denied';
    expect(notifierOf(MARIA.id).state.value).toBe('blocked');
    vi.unstubAllGlobals();
    vi.stubGlobal('Notification', undefined);
    Reflect.deleteProperty(globalThis, 'Notification');
    expect(notifierOf(MARIA.id).state.value).toBe('unsupported');
  });

  it('is switched by the agent, not by the browser’s permission, and stays as it was switched', async () => {
    FakeNotification.permission = 'granted';
    const first = notifierOf(MARIA.id);
    expect(first.state.value).toBe('off');
    expect({ ...localStorage }).toEqual({});
    await first.toggle();
    expect(JSON.parse(localStorage.getItem('parley_console') ?? '')).toMatchObject({ agent: MARIA.id, notify: true });
    const reloaded = notifierOf(MARIA.id);
    expect(reloaded.state.value).toBe('on');
    // Another agent at this browser has not asked for it.
    expect(notifierOf(TOMAS.id).state.value).toBe('off');
    await reloaded.toggle();
    expect({ ...localStorage }).toEqual({});
    expect(notifierOf(MARIA.id).state.value).toBe('off');
    // The other window of the same agent keeps quiet too.
    first.show('c', 'Hanna');
    expect(shown).toEqual([]);
  });

  it.each(['', 'null', '7', '{', '{"agent":1,"notify":true}'])('makes nothing of %j in its place', (text) => {
    FakeNotification.permission = 'granted';
    localStorage.setItem('parley_console', text);
    expect(notifierOf(MARIA.id).state.value).toBe('off');
  });
});

describe('away', () => {
  it('is said to the relay again after a reload, by the same agent only, and forgotten with the way back', () => {
    const relay = new FakeRelay();
    const said: (() => string)[] = [];
    const sit = (me: { id: string; name: string }) =>
      createWorkspace({
        me: { ...MARIA, ...me },
        connect: (presence) => {
          said.push(presence);
          return relay.anotherLine();
        },
        drafts: new Map(),
        onEnded: () => undefined,
        onOpen: () => undefined,
      });
    const first = sit(MARIA);
    first.setPresence('away');
    first.leave();
    for (const me of [MARIA, TOMAS]) sit(me).leave();
    expect(said.map((presence) => presence())).toEqual(['away', 'away', 'online']);
    const back = sit(MARIA);
    back.setPresence('online');
    back.leave();
    expect({ ...localStorage }).toEqual({});
  });
});

describe('title and icon', () => {
  it('count what is unread and survive a reload, because the relay keeps the marks', async () => {
    const relay = new FakeRelay();
    const { id } = relay.add({ unread: 2, lastSeq: 2 });
    const session = createSession(signedInApi());
    render(<App session={session} connect={() => relay} />);
    await session.start(null);
    await waitFor(() => expect(document.title).toBe('(2) Inbox · Parley'));
    const dotted = document.querySelector('link')?.href;
    cleanup();
    const reloaded = relay.anotherLine();
    render(<App session={session} connect={() => reloaded} />);
    await waitFor(() => expect(document.title).toBe('(2) Inbox · Parley'));
    reloaded.change(id, { unread: 0, agentMarks: { deliveredSeq: 2, readSeq: 2 } });
    await waitFor(() => expect(document.title).toBe('Inbox · Parley'));
    expect(document.querySelector('link')?.href).not.toBe(dotted);
    expect(dotted).toMatch(/^data:image\/svg\+xml,/);
  });
});

describe('a session that ends', () => {
  it('keeps what was written for the same agent’s next sign-in, and forgets it on sign-out', async () => {
    const relay = new FakeRelay();
    const { id } = relay.add({ assignee: { id: MARIA.id, name: MARIA.name } });
    location.hash = `c=${id}`;
    const session = createSession(signedInApi());
    const lines: FakeRelay[] = [];
    const connect = () => {
      const line = relay.anotherLine();
      lines.push(line);
      return line;
    };
    render(<App session={session} connect={connect} />);
    await session.start(null);
    const field = () => screen.getByRole('textbox', { name: /Your answer to/ }) as HTMLTextAreaElement;
    await waitFor(() => expect(field()).toBeTruthy());
    fireEvent.input(field(), { target: { value: 'half an answer' } });
    session.ended('expired');
    await waitFor(() => expect(screen.getByText(/what you had written in this tab is still here/)).toBeTruthy());
    await session.signIn(MARIA.email, 'correct horse battery');
    await waitFor(() => expect(field().value).toBe('half an answer'));
    await session.signOut();
    await waitFor(() => expect(screen.getByText('You are signed out.')).toBeTruthy());
    await session.signIn(MARIA.email, 'correct horse battery');
    await waitFor(() => expect(field().value).toBe(''));
    expect(lines).toHaveLength(3);
  });
});

describe('the line', () => {
  it('says in words that it is lost and that it is back', async () => {
    const relay = new FakeRelay();
    relay.add({ lastAt: GRANTED });
    await drawConsole(relay);
    relay.lose();
    await waitFor(() => expect(screen.getByText(/No connection\. What you send waits here/)).toBeTruthy(), { timeout: 3000 });
    fireEvent.click(screen.getByRole('button', { name: 'Connect now' }));
    await waitFor(() => expect(screen.getByText('The connection is back.')).toBeTruthy());
  });

  it('draws no composer for a conversation that is not there', async () => {
    const relay = new FakeRelay();
    relay.instead.set('conversation:open', () => ({ ok: false, error: 'not_found' }));
    relay.instead.set('consent:card', () => ({ ok: false, error: 'not_found' }));
    await drawConsole(relay, '01a20bad-647c-7b26-81a9-1c1b329c5bea');
    await waitFor(() => expect(screen.getAllByText(/This conversation is not here any more\./).length).toBeGreaterThan(0));
    expect(screen.queryByRole('textbox')).toBeNull();
  });
});
