// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { noticeHash } from '../../shared/notice.ts';
import { grouped } from '../../widget/chat/Transcript.tsx';
import { decided, drawChat } from './draw-chat.tsx';
import { buildConsent, buildConversation, buildMessage, doc, stubRelay } from './support.tsx';

const current = vi.hoisted(() => ({ connect: (..._given: unknown[]): unknown => null }));
const loadLater = vi.hoisted(() => vi.fn());
vi.mock('../../widget/notice/frame.ts', async (original) => ({ ...(await original<object>()), load: loadLater }));
vi.mock('../../widget/chat/connection.ts', () => ({ connect: (...given: unknown[]) => current.connect(...given) }));

const renderChat = drawChat.bind(null, current);

describe('the chat', () => {
  beforeEach(() => {
    sessionStorage.clear();
    loadLater.mockReset().mockImplementation(() => import('../../widget/privacy/index.tsx'));
  });
  afterEach(() => {
    cleanup();
    vi.unstubAllGlobals();
  });

  it('asks about the cookie with two equal buttons, refuse first', () => {
    renderChat();
    const { refuse, accept, title } = doc.words.cookie;
    const buttons = [...(screen.getByRole('region', { name: title }).querySelectorAll('button') ?? [])];
    expect(buttons.map((button) => button.textContent)).toEqual([refuse, accept]);
    expect(buttons[0]?.className).toBe(buttons[1]?.className);
    expect(buttons[0]?.parentElement).toBe(buttons[1]?.parentElement);
    expect(screen.getByText('__Host-parley_chat').className).toBe('code');
  });

  it('records an acceptance with the words as shown, checks the cookie, and only then sets the mark', async () => {
    const asked = stubRelay({
      '/api/consents/decide': () => decided('ConsentGiven'),
      '/api/session/check': () => ({ body: { kept: true } }),
    });
    const { told } = renderChat();
    expect(told.some((one) => one.type === 'keep')).toBe(false);
    fireEvent.click(screen.getByRole('button', { name: doc.words.cookie.accept }));
    await screen.findByText('One cookie keeps this chat, 24 h at most.');
    expect(asked.map(({ path }) => path)).toEqual(['/api/consents/decide', '/api/session/check']);
    expect(asked[0]?.body).toMatchObject({
      purpose: 'persistence',
      granted: true,
      noticeHash: noticeHash(doc),
      nextSession: null,
    });
    expect(told).toContainEqual({ type: 'keep', until: 2_000_000_000_000 });
    expect(screen.queryByRole('region', { name: doc.words.cookie.title })).toBeNull();
  });

  it('says so when the browser did not keep the cookie, and sets no mark, whatever comes before that is known', async () => {
    const { body } = decided('ConsentGiven');
    let answerCheck = (_kept: boolean): void => {};
    const checked = new Promise<{ body: { kept: boolean } }>((resolve) => {
      answerCheck = (kept) => resolve({ body: { kept } });
    });
    const asked = stubRelay({ '/api/consents/decide': () => ({ body }), '/api/session/check': () => checked as Promise<never> });
    const { told, connection } = renderChat();
    fireEvent.click(screen.getByRole('button', { name: doc.words.cookie.accept }));
    await waitFor(() => expect(asked).toHaveLength(2));
    expect(asked[1]).toEqual({ path: '/api/session/check', body: { session: 's'.repeat(43) } });
    // The socket tells all of it first.
    connection.events['consents:changed'](body.consents);
    connection.events['conversation:changed'](body.conversation);
    fireEvent.input(screen.getByRole('textbox', { name: /^Write to/ }), { target: { value: 'half a sentence' } });
    expect(screen.getByRole('region', { name: doc.words.cookie.title })).toBeTruthy();
    answerCheck(false);
    await screen.findByText(/did not keep the cookie/);
    expect(told.some((one) => one.type === 'keep' && one.until !== null)).toBe(false);
    expect(told.findLast((one) => one.type === 'running')).toEqual({ type: 'running', running: true });
    expect(sessionStorage).toHaveLength(0);
  });

  it('asks on where nothing says whether the cookie was kept, and the same answer is the same act', async () => {
    let tries = 0;
    const asked = stubRelay({
      '/api/consents/decide': () => decided('ConsentGiven'),
      '/api/session/check': () => (++tries === 1 ? Promise.reject(new TypeError('no network')) : { body: { kept: true } }),
    });
    const { told } = renderChat();
    fireEvent.click(screen.getByRole('button', { name: doc.words.cookie.accept }));
    expect((await screen.findByRole('alert')).textContent).toContain('Try again');
    expect(told.some((one) => one.type === 'keep')).toBe(false);
    fireEvent.click(screen.getByRole('button', { name: doc.words.cookie.accept }));
    await screen.findByText('One cookie keeps this chat, 24 h at most.');
    const acts = asked.filter(({ path }) => path === '/api/consents/decide').map(({ body }) => (body as { actId: string }).actId);
    expect(acts).toHaveLength(2);
    expect(acts[0]).toBe(acts[1]);
    expect(told).toContainEqual({ type: 'keep', until: 2_000_000_000_000 });
  });

  it('folds a refusal into a line with a way back', async () => {
    const asked = stubRelay({ '/api/consents/decide': () => decided('ConsentRefused') });
    renderChat();
    fireEvent.click(screen.getByRole('button', { name: doc.words.cookie.refuse }));
    await screen.findByText('No cookie. This chat ends with this page.');
    expect(asked[0]?.body).toMatchObject({ granted: false, nextSession: null });
    fireEvent.click(screen.getByRole('button', { name: 'Change' }));
    expect(screen.getByRole('region', { name: doc.words.cookie.title })).toBeTruthy();
  });

  it('goes on under a token of its own when the cookie is given up', async () => {
    const asked = stubRelay({ '/api/consents/decide': () => decided('ConsentRefused') });
    const { connection, told } = renderChat([buildConsent('answer'), buildConsent('persistence')]);
    fireEvent.click(screen.getByRole('button', { name: 'Change' }));
    fireEvent.click(screen.getByRole('button', { name: doc.words.cookie.refuse }));
    // The relay ends the old session before its answer arrives.
    connection.events['session:ended']({ reason: 'replaced' });
    await screen.findByText('No cookie. This chat ends with this page.');
    expect(asked[0]?.body).toMatchObject({ granted: false, nextSession: expect.stringMatching(/^[\w-]{43}$/) });
    expect(told).toContainEqual({ type: 'keep', until: null });
    expect(connection.renewed).toBe(1);
  });

  it('tells who said what and when, in order, as text', () => {
    renderChat(undefined, [buildMessage(2, { body: 'Two left.' }), buildMessage(3, { body: 'Both signed.' })]);
    const said = [...screen.getByRole('log').querySelectorAll('.bub')].map((bubble) => bubble.textContent);
    expect(said).toEqual([
      expect.stringMatching(/^You, \d\d:\d\d: Is it in stock\?$/),
      expect.stringMatching(/^Maeve Casey, \d\d:\d\d: Two left\.$/),
      expect.stringMatching(/^Maeve Casey, \d\d:\d\d: Both signed\.$/),
    ]);
  });

  it('announces nothing that was only loaded', async () => {
    const { connection, started } = renderChat();
    const { conversation, consents } = started;
    expect(screen.getByRole('log').getAttribute('aria-live')).toBe('off');
    connection.answer = (command) =>
      command === 'conversation:sync' ? { ok: true, data: { conversation, consents, messages: [], more: false } } : null;
    connection.events.connected();
    await waitFor(() => expect(screen.getByRole('log').getAttribute('aria-live')).toBe('polite'));
  });

  it('sends on Enter, not on Shift+Enter and not while a word is composed', () => {
    const { connection } = renderChat();
    const field = screen.getByRole('textbox', { name: /^Write to/ });
    const bubbles = (): number => screen.getByRole('log').querySelectorAll('.bub').length;
    fireEvent.input(field, { target: { value: 'hello' } });
    fireEvent.keyDown(field, { key: 'Enter', shiftKey: true });
    fireEvent.keyDown(field, { key: 'Enter', isComposing: true });
    expect(bubbles()).toBe(1);
    fireEvent.keyDown(field, { key: 'Enter' });
    return waitFor(() => {
      expect(bubbles()).toBe(2);
      expect(connection.of('message:send')).toHaveLength(1);
    });
  });

  it('counts what is left, and what is too many, in words that fit one as well as many', async () => {
    renderChat();
    const field = screen.getByRole('textbox', { name: /^Write to/ });
    const foot = async (length: number): Promise<string | null | undefined> => {
      await act(() => void fireEvent.input(field, { target: { value: 'x'.repeat(length) } }));
      return document.querySelector('#pen-foot')?.textContent;
    };
    expect(await foot(3801)).toBe('199 of 4000 characters left');
    expect(await foot(3999)).toBe('1 of 4000 characters left');
    expect(await foot(4001)).toBe('At most 4000 characters: 1 too many');
    expect(await foot(4002)).toBe('At most 4000 characters: 2 too many');
    expect(screen.getByRole('button', { name: 'Send' }).getAttribute('aria-disabled')).toBe('true');
  });

  it('says at the foot that what has not arrived ends with the page, until it has or is kept', async () => {
    const { connection } = renderChat();
    connection.answer = (command) =>
      command === 'conversation:sync'
        ? { ok: true, data: { conversation: buildConversation(), consents: [buildConsent('answer')], messages: [], more: false } }
        : null;
    connection.events.connected();
    const foot = (): string | null | undefined => document.querySelector('#pen-foot')?.textContent;
    await waitFor(() => expect(foot()).toBe('Nothing leaves before you press Send'));
    connection.events.lost();
    const field = screen.getByRole('textbox', { name: /^Write to/ });
    fireEvent.input(field, { target: { value: 'hello' } });
    fireEvent.keyDown(field, { key: 'Enter' });
    await waitFor(() => expect(foot()).toBe('Unsent text ends with this page'));
    const { id, body } = connection.of('message:send')[0] as { id: string; body: string };
    connection.events['message:created'](buildMessage(2, { id, body, author: 'visitor' }));
    await waitFor(() => expect(foot()).toBe('Nothing leaves before you press Send'));
    // Refused by the relay, it stands there as well.
    connection.answer = () => ({ ok: false, error: 'conversation_closed' });
    connection.events.connected();
    fireEvent.input(field, { target: { value: 'again' } });
    fireEvent.keyDown(field, { key: 'Enter' });
    await screen.findByText('Not sent');
    expect(foot()).toBe('Unsent text ends with this page');
    connection.events['consents:changed']([buildConsent('answer'), buildConsent('persistence')]);
    await waitFor(() => expect(foot()).toBe('Nothing leaves before you press Send'));
  });

  it('asks once before it ends', async () => {
    const asked = stubRelay({ '/api/conversation/end': () => ({ body: { ended: true } }) });
    renderChat();
    fireEvent.click(screen.getByRole('button', { name: 'End chat' }));
    expect(asked).toEqual([]);
    fireEvent.click(screen.getByRole('button', { name: 'End chat' }));
    await screen.findByText(/^You ended the chat at/);
    expect(screen.getByRole('button', { name: 'New chat' })).toBeTruthy();
  });

  it('says that an end found no answer until the link is back, or the visitor goes on', async () => {
    stubRelay({ '/api/conversation/end': () => Promise.reject(new TypeError('no network')) });
    const { connection } = renderChat();
    connection.events.connected();
    const endInVain = async (): Promise<void> => {
      fireEvent.click(screen.getByRole('button', { name: 'End chat' }));
      await screen.findByRole('alert');
    };
    fireEvent.click(screen.getByRole('button', { name: 'End chat' }));
    await endInVain();
    await act(() => connection.events.lost());
    await act(() => connection.events.connected());
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
    await endInVain();
    fireEvent.click(screen.getByRole('button', { name: 'Go on' }));
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
  });

  it('ends what an agent closed before it begins a new chat, and says where no answer came', async () => {
    let tries = 0;
    const asked = stubRelay({
      '/api/conversation/end': () => (++tries === 1 ? Promise.reject(new TypeError('no network')) : { body: { ended: true } }),
    });
    const { connection, frame, started } = renderChat();
    const shown = vi.spyOn(frame, 'show');
    connection.events['conversation:changed']({ ...started.conversation, status: 'closed', closedBy: 'agent', closedAt: 1 });
    fireEvent.click(await screen.findByRole('button', { name: 'New chat' }));
    expect((await screen.findByRole('alert')).textContent).toContain('Try again');
    expect(shown).not.toHaveBeenCalled();
    fireEvent.click(screen.getByRole('button', { name: 'New chat' }));
    await waitFor(() => expect(shown).toHaveBeenCalledExactlyOnceWith(null, ''));
    expect(asked.map(({ path }) => path)).toEqual(['/api/conversation/end', '/api/conversation/end']);
  });
});

describe('the transcript', () => {
  const at = new Date(2026, 10, 24, 14, 30).getTime();
  const line = (minutes: number, author: 'visitor' | 'agent', local?: 'failed' | 'sending') => ({
    ...buildMessage(minutes + 1, { author, at: at + minutes * 60_000 }),
    ...(local && { local }),
  });

  it('puts lines of one voice together, and parts them at a pause, another voice and a failure', () => {
    const lines = [
      line(0, 'agent'),
      line(1, 'agent'),
      line(2, 'visitor'),
      line(3, 'agent'),
      line(20, 'agent'),
      line(21, 'visitor', 'failed'),
      line(21, 'visitor', 'failed'),
    ];
    expect(grouped(lines, at).map((group) => group.lines.length)).toEqual([2, 1, 1, 1, 1, 1]);
  });

  it('names each day once', () => {
    const day = 24 * 60;
    const lines = [line(0, 'agent'), line(1, 'visitor'), line(day, 'agent'), line(2 * day, 'agent')];
    expect(grouped(lines, at + 2 * day * 60_000).map((group) => group.day)).toEqual([
      expect.stringContaining('24'),
      null,
      'Yesterday',
      'Today',
    ]);
  });
});
