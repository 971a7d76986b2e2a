// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { formPurposes, noticeHash } from '../../shared/notice.ts';
import { askedIn } from '../../widget/notice/asked.ts';
import { buildStarted, doc, inForce, renderForm, stubRelay } from './support.tsx';

// Stage 2 as the form gets it, without the network between them.
const shown = vi.fn();
const loadChat = vi.hoisted(() => vi.fn());
vi.mock('../../widget/notice/frame.ts', async (original) => ({
  ...(await original<object>()),
  load: (address: string) => (address.includes('full') ? import('../../widget/full/index.tsx') : loadChat()),
}));

const question = (): HTMLTextAreaElement => screen.getByLabelText(doc.words.form.question);
const box = (purpose: string): HTMLInputElement => screen.getByLabelText(new RegExp(doc.words.purposes[purpose]?.label ?? ''));
const startButton = (): HTMLElement => screen.getByRole('button', { name: doc.words.form.start });
const fill = (text = 'Is it in stock?'): void => {
  fireEvent.input(question(), { target: { value: text } });
  fireEvent.click(box('answer'));
};

describe('the form', () => {
  beforeEach(async () => {
    const { giveConsent } = await import('../../widget/chat/start.ts');
    loadChat.mockReset().mockImplementation(async () => ({
      start: async (...given: Parameters<typeof giveConsent>) => {
        const answer = await giveConsent(...given);
        if (!('started' in answer)) return answer;
        shown(answer);
        return null;
      },
    }));
    shown.mockReset();
  });
  afterEach(() => {
    cleanup();
    vi.unstubAllGlobals();
  });

  it('shows one unticked box per purpose that rests on consent', () => {
    renderForm();
    const boxes = screen.getAllByRole<HTMLInputElement>('checkbox');
    expect(boxes).toHaveLength(formPurposes(doc).length);
    expect(boxes.every((one) => !one.checked)).toBe(true);
    expect(askedIn(inForce().doc)).toEqual(formPurposes(inForce().doc));
  });

  it('shows the words of the notice, so that they can be read back with its hash', async () => {
    const asked = stubRelay({ '/api/consents': () => ({ body: buildStarted({ id: 'x', body: 'y' }) }) });
    renderForm();
    fill();
    fireEvent.click(startButton());
    await waitFor(() => expect(asked).toHaveLength(1));
    expect(asked[0]?.body).toMatchObject({ noticeHash: noticeHash(doc), page: 'https://shop.example/books' });
  });

  it.each(['Enter', 'Escape', ' '])('sends nothing on %s in a field, however it is filled in', async (key) => {
    const asked = stubRelay({});
    renderForm();
    fill();
    for (const field of [question(), screen.getByLabelText(/^Name/), screen.getByLabelText(/^E-mail optional|^E-mailoptional/)]) {
      fireEvent.keyDown(field, { key });
      fireEvent.keyPress(field, { key });
      fireEvent.keyUp(field, { key });
    }
    fireEvent.submit(screen.getByRole('form', { hidden: true }));
    await Promise.resolve();
    expect(asked).toEqual([]);
    expect(loadChat).not.toHaveBeenCalled();
  });

  it('closes on Escape and grants nothing', () => {
    const { told } = renderForm();
    fireEvent.keyDown(window, { key: 'Escape' });
    expect(told).toContainEqual({ type: 'close' });
    expect(box('answer').checked).toBe(false);
  });

  it('says what to mend at the top and at each field, and keeps what was typed', async () => {
    const asked = stubRelay({});
    renderForm();
    fireEvent.input(screen.getByLabelText(/^E-mail optional|^E-mailoptional/), { target: { value: 'hanna@example' } });
    fireEvent.click(startButton());
    const summary = await screen.findByRole('alert');
    expect(summary.textContent).toContain('3 things before we start');
    expect(document.activeElement).toBe(summary);
    for (const field of [question(), screen.getByLabelText(/^E-mail optional|^E-mailoptional/), box('answer')]) {
      expect(field.getAttribute('aria-invalid')).toBe('true');
      const described = (field.getAttribute('aria-describedby') ?? '')
        .split(' ')
        .map((id) => document.getElementById(id)?.className);
      expect(described).toContain('wrong');
    }
    expect((screen.getByLabelText(/^E-mail optional|^E-mailoptional/) as HTMLInputElement).value).toBe('hanna@example');
    expect(asked).toEqual([]);
  });

  it('takes a box that is ticked for mended at once, and counts what is left; what is typed is looked at again at Start', async () => {
    stubRelay({});
    renderForm();
    fireEvent.click(startButton());
    const summary = await screen.findByRole('alert');
    expect(summary.textContent).toContain('2 things before we start');
    fireEvent.click(box('answer'));
    await waitFor(() => expect(box('answer').getAttribute('aria-invalid')).toBeNull());
    expect(document.querySelector('#box-answer-wrong')).toBeNull();
    expect(summary.textContent).toContain('One thing before we start');
    expect(summary.querySelectorAll('button')).toHaveLength(1);
    fireEvent.input(question(), { target: { value: 'Is it in stock?' } });
    expect(question().getAttribute('aria-invalid')).toBe('true');
    fireEvent.click(box('answer'));
    fireEvent.click(startButton());
    await waitFor(() => expect(question().getAttribute('aria-invalid')).toBeNull());
    fireEvent.click(box('answer'));
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
  });

  it('says under Start that it starts, and the promise again when it did not', async () => {
    stubRelay({});
    let fail = (_reason: Error): void => {};
    loadChat.mockReturnValue(new Promise((_, reject) => (fail = reject)));
    renderForm();
    fill();
    const promise = (): HTMLElement => screen.getByText(doc.words.form.promise);
    expect(promise().hidden).toBe(false);
    fireEvent.click(startButton());
    expect((await screen.findByText('Starting the chat')).getAttribute('role')).toBe('status');
    expect(promise().hidden).toBe(true);
    expect(startButton().getAttribute('aria-disabled')).toBe('true');
    fail(new TypeError('failed import'));
    await screen.findByRole('alert');
    expect(promise().hidden).toBe(false);
    expect(screen.queryByText('Starting the chat')).toBeNull();
  });

  it('agrees to what is ticked when it is sent, not when Start was pressed', async () => {
    const asked = stubRelay({ '/api/consents': () => ({ body: buildStarted({ id: 'x', body: 'y' }) }) });
    const load = loadChat.getMockImplementation();
    let come = (): void => {};
    loadChat.mockImplementation(() => new Promise<void>((resolve) => (come = resolve)).then(() => load?.()));
    renderForm();
    fill();
    fireEvent.click(startButton());
    fireEvent.click(box('answer'));
    come();
    expect((await screen.findByRole('alert')).textContent).toContain('Tick this box');
    expect(asked).toEqual([]);
  });

  it('leaves out the marks of direction that a pasted name brings along', async () => {
    const asked = stubRelay({ '/api/consents': () => ({ body: buildStarted({ id: 'x', body: 'y' }) }) });
    renderForm();
    fill();
    fireEvent.input(document.querySelector('#name') as HTMLElement, { target: { value: '\u2068Brigid\u2069  Ó\u200e Daly' } });
    fireEvent.click(startButton());
    await waitFor(() => expect(asked).toHaveLength(1));
    expect(asked[0]?.body).toMatchObject({ name: 'Brigid Ó Daly' });
  });

  it('sends once on a double click, and the same ids when it is tried again', async () => {
    let tries = 0;
    const asked = stubRelay({
      '/api/consents': () =>
        ++tries === 1 ? Promise.reject(new TypeError('no network')) : { body: buildStarted({ id: 'x', body: 'y' }) },
    });
    renderForm();
    fill();
    fireEvent.click(startButton());
    fireEvent.click(startButton());
    const retry = await screen.findByRole('button', { name: 'Try again' });
    expect(asked).toHaveLength(1);
    fireEvent.click(retry);
    await waitFor(() => expect(shown).toHaveBeenCalledTimes(1));
    const ids = asked.map(({ body }) => {
      const { session, conversationId, actId, message } = body as Record<string, unknown>;
      return { session, conversationId, actId, message };
    });
    expect(ids[1]).toEqual(ids[0]);
  });

  it('mints another message id when the text is another, and no other conversation', async () => {
    const asked = stubRelay({ '/api/consents': () => Promise.reject(new TypeError('no network')) });
    renderForm();
    fill('one');
    fireEvent.click(startButton());
    await screen.findByRole('button', { name: 'Try again' });
    fireEvent.input(question(), { target: { value: 'two' } });
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(asked).toHaveLength(2));
    const [first, second] = asked.map(({ body }) => body as { conversationId: string; message: { id: string } });
    expect(second?.conversationId).toBe(first?.conversationId);
    expect(second?.message.id).not.toBe(first?.message.id);
  });

  it('draws other words again after a 422, unticks the boxes and keeps what was typed', async () => {
    const changed = structuredClone(doc);
    changed.words.form.clause = 'Northwind Books keeps it 30 days.';
    const notice = inForce(changed);
    const asked = stubRelay({ '/api/consents': () => ({ status: 422, body: { error: { code: 'notice_unknown' }, notice } }) });
    renderForm();
    fill('kept text');
    fireEvent.click(startButton());
    await screen.findByText('Northwind Books keeps it 30 days.');
    expect(screen.getByRole('alert').textContent).toContain('The terms have changed');
    expect(question().value).toBe('kept text');
    expect(box('answer').checked).toBe(false);
    fireEvent.click(box('answer'));
    fireEvent.click(startButton());
    await waitFor(() => expect(asked).toHaveLength(2));
    expect(asked[1]?.body).toMatchObject({ noticeHash: notice.hash });
  });

  it('sends nothing when the chat cannot be loaded, and says so', async () => {
    const asked = stubRelay({});
    loadChat.mockRejectedValue(new TypeError('failed import'));
    renderForm();
    fill();
    fireEvent.click(startButton());
    expect((await screen.findByRole('alert')).textContent).toContain('Nothing was sent');
    expect(asked).toEqual([]);
  });

  it('says how long to wait after too many starts', async () => {
    stubRelay({ '/api/consents': () => ({ status: 429, body: { error: { code: 'rate_limited', retryAfterSeconds: 42 } } }) });
    renderForm();
    fill();
    fireEvent.click(startButton());
    expect((await screen.findByRole('alert')).textContent).toContain('in 42 s.');
  });

  it('keeps what was typed while the notice is read in full', async () => {
    stubRelay({ [`/api/notice/${inForce().hash}`]: () => ({ status: 200, body: doc.full }) });
    renderForm();
    fireEvent.input(question(), { target: { value: 'kept text' } });
    fireEvent.click(screen.getByRole('button', { name: doc.words.form.readFull }));
    expect(await screen.findByText(doc.full.sections[0]?.heading ?? '')).toBeTruthy();
    fireEvent.click(screen.getAllByRole('button', { name: 'Back' })[0] as HTMLElement);
    expect(question().value).toBe('kept text');
  });

  it('comes back after a chat as a new one: no old faults, and the question begun that the chat hands over', async () => {
    stubRelay({});
    const { frame } = renderForm();
    fireEvent.click(startButton());
    await screen.findByRole('alert');
    frame.show(<p>the chat</p>);
    await screen.findByText('the chat');
    frame.show(null, 'And one more');
    await waitFor(() => expect(question().value).toBe('And one more'));
    expect(screen.queryByRole('alert')).toBeNull();
    expect(box('answer').checked).toBe(false);
    expect(document.activeElement).toBe(question());
  });

  it('says under Privacy that nothing was agreed', () => {
    renderForm();
    fireEvent.click(screen.getByRole('button', { name: 'Privacy' }));
    expect(screen.getByText(/agreed to nothing yet/)).toBeTruthy();
  });

  it('asks again whether anybody is there when it is shown again, and not when it is shown first', async () => {
    const asked = stubRelay({ '/api/online': () => ({ body: { online: false } }) });
    const { hear } = renderForm();
    const shown = { type: 'shown', privacy: false, phone: false } as const;
    hear({ ...shown, open: true });
    expect(screen.getByText(doc.words.form.promise)).toBeTruthy();
    hear({ ...shown, open: false });
    expect(asked).toEqual([]);
    hear({ ...shown, open: true });
    expect(await screen.findByText(doc.words.form.away)).toBeTruthy();
    expect(screen.getByText('Away now')).toBeTruthy();
    expect(asked).toEqual([{ path: '/api/online', body: null }]);
  });

  it('says that nobody is there, in the words of the notice', () => {
    renderForm({ online: false });
    expect(screen.getByText(doc.words.form.away)).toBeTruthy();
    expect(screen.queryByText(doc.words.form.promise)).toBeNull();
  });
});
