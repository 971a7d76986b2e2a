// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { noticeHash } from '../../shared/notice.ts';
import { drawChat } from './draw-chat.tsx';
import { buildConsent, buildConversation, doc, stubRelay } from './support.tsx';

const current = vi.hoisted(() => ({ connect: (..._given: unknown[]): unknown => null }));
const loadLater = vi.hoisted(() => vi.fn());
vi.mock('../../widget/notice/frame.ts', async (original) => ({ ...(await original<object>()), load: loadLater }));
vi.mock('../../widget/chat/connection.ts', () => ({ connect: (...given: unknown[]) => current.connect(...given) }));

const renderChat = drawChat.bind(null, current);

describe('Privacy in the chat', () => {
  beforeEach(() => {
    sessionStorage.clear();
    loadLater.mockReset().mockImplementation(() => import('../../widget/privacy/index.tsx'));
  });
  afterEach(() => {
    cleanup();
    vi.unstubAllGlobals();
  });

  it('withdraws with two clicks from Privacy, and closes', async () => {
    const asked = stubRelay({
      '/api/consents/withdraw': () => ({
        body: {
          consents: [buildConsent('answer', 'ConsentWithdrawn')],
          conversation: buildConversation({ status: 'closed', closedBy: 'withdrawal', closedAt: 0 }),
          reading: 'locked',
        },
      }),
    });
    const { told } = renderChat();
    fireEvent.click(screen.getByRole('button', { name: 'Privacy' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Withdraw' }));
    expect(asked).toEqual([]);
    fireEvent.click(screen.getByRole('button', { name: 'Withdraw and close the chat' }));
    await screen.findByRole('heading', { name: 'You took back your agreement' });
    expect(told).toContainEqual({ type: 'keep', until: null });
    expect(screen.getByRole('button', { name: 'Privacy' })).toBeTruthy();
    expect(screen.queryByRole('textbox')).toBeNull();
  });

  it('shows under Privacy each purpose with its state and the words that it was given under', async () => {
    renderChat();
    fireEvent.click(screen.getByRole('button', { name: 'Privacy' }));
    await screen.findByText('Answer my message');
    const rows = [...document.querySelectorAll('.purpose')].map((row) => row.textContent);
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatch(/^Answer my messageAgreed, /);
    expect(rows[1]).toMatch(/^Monthly reading listNot agreed, /);
    expect(rows[2]).toMatch(/^Cookie for this chatNot answered/);
    const words = document.querySelector<HTMLAnchorElement>('.purpose a');
    expect(words?.getAttribute('href')).toBe(`/notice/${noticeHash(doc)}`);
  });

  it('[PR-42] says that the terms changed, and not that nothing was agreed', async () => {
    renderChat([buildConsent('answer'), buildConsent('news', 'ConsentInvalidated')]);
    fireEvent.click(screen.getByRole('button', { name: 'Privacy' }));
    expect(await screen.findByText(/^The terms changed, .+\. Not agreed since\.$/)).toBeTruthy();
  });

  it('fetches what Privacy needs as soon as the chat runs, and says where it cannot be had', async () => {
    const { connection } = renderChat();
    expect(loadLater).not.toHaveBeenCalled();
    loadLater.mockRejectedValue(new TypeError('failed import'));
    connection.events.connected();
    await waitFor(() => expect(loadLater).toHaveBeenCalledExactlyOnceWith('/w/assets/privacy.js'));
    fireEvent.click(screen.getByRole('button', { name: 'Privacy' }));
    expect((await screen.findByRole('alert')).textContent).toContain('No answer came');
    loadLater.mockImplementation(() => import('../../widget/privacy/index.tsx'));
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('Answer my message')).toBeTruthy();
  });

  it('PR-17: can be withdrawn from after it was ended, by the token that the end left', async () => {
    const conversation = buildConversation({ status: 'closed', closedBy: 'visitor' });
    const asked = stubRelay({
      '/api/conversation/end': () => ({ body: { ended: true } }),
      '/api/consents/withdraw': () => ({
        body: { conversation, consents: [buildConsent('answer', 'ConsentWithdrawn')], reading: 'locked' },
      }),
    });
    renderChat();
    fireEvent.click(screen.getByRole('button', { name: 'End chat' }));
    fireEvent.click(screen.getByRole('button', { name: 'End chat' }));
    await screen.findByText(/^You ended the chat at/);
    fireEvent.click(screen.getByRole('button', { name: 'Privacy' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Withdraw' }));
    fireEvent.click(screen.getByRole('button', { name: 'Withdraw and close the chat' }));
    await screen.findByRole('heading', { name: 'You took back your agreement' });
    const [end, withdraw] = asked.map(({ body }) => body as { session: string | null; nextSession: string | null });
    expect(withdraw?.nextSession).toMatch(/^[\w-]{43}$/);
    expect(end?.nextSession).toMatch(/^[\w-]{43}$/);
    expect(withdraw?.session).toBe(end?.nextSession);
  });

  /** The lines of Privacy, each with the sign before it: is it the tick of what is in force? */
  const standings = (): string[] =>
    [...document.querySelectorAll('.purpose')].map(
      (row) => `${row.querySelector('.yes') ? 'tick' : 'dash'} ${row.querySelector('.under')?.firstChild?.textContent}`,
    );

  it('PR-17: says under Privacy after the withdrawal that all was taken back, and when', async () => {
    const at = new Date(2026, 10, 24, 14, 30).getTime();
    const decided = (purpose: string, state: 'ConsentWithdrawn' | 'ConsentRefused', when: number) => ({
      ...buildConsent(purpose, state),
      at: when,
    });
    const consents = [
      decided('answer', 'ConsentWithdrawn', at),
      decided('news', 'ConsentRefused', at - 60_000),
      decided('persistence', 'ConsentWithdrawn', at),
    ];
    // Closed long before, by the end of the chat.
    const conversation = buildConversation({ status: 'closed', closedBy: 'visitor', closedAt: 1 });
    stubRelay({ '/api/consents/withdraw': () => ({ body: { consents, conversation, reading: 'locked' } }) });
    renderChat([buildConsent('answer'), buildConsent('news', 'ConsentRefused'), buildConsent('persistence')]);
    fireEvent.click(screen.getByRole('button', { name: 'Privacy' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Withdraw' }));
    fireEvent.click(screen.getByRole('button', { name: 'Withdraw and close the chat' }));
    await screen.findByRole('heading', { name: 'You took back your agreement' });
    expect(screen.getByText(/14:30\. The chat is closed, and nobody can write/)).toBeTruthy();
    expect(screen.getByText(/agents cannot read the chat/)).toBeTruthy();
    expect(standings()).toEqual([
      expect.stringMatching(/^dash Taken back, .* 14:30$/),
      expect.stringMatching(/^dash Not agreed, /),
      expect.stringMatching(/^dash Taken back, .* 14:30$/),
    ]);
    expect(screen.queryByRole('button', { name: 'Withdraw' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Change' })).toBeNull();
  });

  it('PR-17: says the same where another tab withdrew', async () => {
    const { connection } = renderChat([
      buildConsent('answer'),
      buildConsent('news', 'ConsentRefused'),
      buildConsent('persistence'),
    ]);
    connection.events['session:ended']({ reason: 'withdrawn' });
    fireEvent.click(screen.getByRole('button', { name: 'Privacy' }));
    await screen.findByText('Answer my message');
    expect(standings()).toEqual([
      expect.stringMatching(/^dash Taken back, /),
      expect.stringMatching(/^dash Not agreed, /),
      expect.stringMatching(/^dash Taken back, /),
    ]);
  });

  it('PR-17: says under Privacy after the end that the cookie is gone, and what stays agreed', async () => {
    stubRelay({ '/api/conversation/end': () => ({ body: { ended: true } }) });
    renderChat([buildConsent('answer'), buildConsent('news', 'ConsentRefused'), buildConsent('persistence')]);
    fireEvent.click(screen.getByRole('button', { name: 'End chat' }));
    fireEvent.click(screen.getByRole('button', { name: 'End chat' }));
    await screen.findByText(/^You ended the chat at/);
    fireEvent.click(screen.getByRole('button', { name: 'Privacy' }));
    await screen.findByText('Answer my message');
    expect(standings()).toEqual([
      expect.stringMatching(/^tick Agreed, /),
      expect.stringMatching(/^dash Not agreed, /),
      expect.stringMatching(/^dash Agreed, .*\. The cookie is gone\.$/),
    ]);
  });
});
