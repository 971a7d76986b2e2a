// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/preact';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createConversation } from '../../console/models/conversation.ts';
import { createInbox } from '../../console/models/inbox.ts';
import { drawConsole } from './draw.tsx';
import { agentMessage, FakeRelay, GRANTED, MARIA, TOMAS, visitorMessage } from './fake-relay.ts';

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});
const mine = { assignee: { id: MARIA.id, name: MARIA.name } };

function field(): HTMLTextAreaElement {
  return screen.getByRole('textbox', { name: /Your answer to/ }) as HTMLTextAreaElement;
}
function write(text: string): void {
  fireEvent.input(field(), { target: { value: text } });
}
function bodies(): string[] {
  return [...document.querySelectorAll('.bub > [dir]')].map((one) => (one.textContent ?? '').trim());
}

describe('the talk', () => {
  it('reads the same under any order and repetition of arrival', async () => {
    const messages = [visitorMessage(1, 'a'), agentMessage(2, 'b', TOMAS), visitorMessage(3, 'c'), agentMessage(4, 'd')];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 12 }), async (order) => {
        const relay = new FakeRelay();
        const { id } = relay.add({}, messages);
        const inbox = createInbox(relay, MARIA.id);
        const conversation = createConversation({ id, connection: relay, inbox, me: MARIA });
        for (const at of order) {
          const message = messages[at];
          if (message) conversation.take(message);
        }
        await conversation.load();
        expect(conversation.messages.value.map((one) => one.body)).toEqual(['a', 'b', 'c', 'd']);
      }),
      { numRuns: 50 },
    );
  });

  it('asks for what a gap hides, from the last message without one', async () => {
    const relay = new FakeRelay();
    const { id } = relay.add(mine, [visitorMessage(1, 'one')]);
    const { workspace } = await drawConsole(relay, id);
    const known = relay.conversations.get(id);
    known?.messages.push(visitorMessage(2, 'two'), visitorMessage(3, 'three'));
    if (known) known.facts = { ...known.facts, lastSeq: 3 };
    relay.says('message:created', { conversationId: id, message: known?.messages[2] ?? visitorMessage(3, 'three') });
    await waitFor(() => expect(bodies()).toEqual(['one', 'two', 'three']));
    expect(relay.heard('conversation:sync').at(-1)).toEqual({ conversationId: id, afterSeq: 1 });
    expect(workspace.current.value?.heardSeq.value).toBe(3);
  });

  it('asks again what was missed when the relay cannot tell now, also for the list', async () => {
    const relay = new FakeRelay();
    const { id } = relay.add(mine, [visitorMessage(1, 'one')]);
    const { workspace } = await drawConsole(relay, id);
    vi.useFakeTimers();
    relay.lose();
    const known = relay.conversations.get(id);
    known?.messages.push(visitorMessage(2, 'two'));
    if (known) known.facts = { ...known.facts, lastSeq: 2 };
    const other = relay.add({ visitorName: 'Niamh' }, [visitorMessage(1, 'new')]);
    relay.instead.set('conversation:sync', () => ({ ok: false, error: 'unavailable' }));
    relay.instead.set('inbox:list', () => ({ ok: false, error: 'unavailable' }));
    relay.connectNow();
    await vi.advanceTimersByTimeAsync(100);
    expect(bodies()).toEqual(['one']);
    relay.instead.clear();
    await vi.advanceTimersByTimeAsync(3100);
    expect(bodies()).toEqual(['one', 'two']);
    expect(workspace.inbox.find(other.id)?.visitorName).toBe('Niamh');
    const asked = relay.asked.length;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(relay.asked).toHaveLength(asked);
  });

  it('goes from sending to read as the relay and the visitor say', async () => {
    const relay = new FakeRelay();
    const { id } = relay.add(mine, [visitorMessage(1, 'Is it in stock?')]);
    let answer: () => void = () => undefined;
    relay.instead.set(
      'message:send',
      ((input: { id: string; body: string }) =>
        new Promise((resolve) => {
          answer = () => resolve({ ok: true, data: { ...agentMessage(2, input.body), id: input.id } });
        })) as never,
    );
    await drawConsole(relay, id);
    write('Two left.');
    fireEvent.keyDown(field(), { key: 'Enter' });
    await waitFor(() => expect(screen.getByText(/· Sending/)).toBeTruthy());
    expect(field().value).toBe('');
    answer();
    await waitFor(() => expect(screen.getByText(/· Sent/)).toBeTruthy());
    relay.change(id, { lastSeq: 2, visitorMarks: { deliveredSeq: 2, readSeq: 0 } });
    await waitFor(() => expect(screen.getByText(/· Delivered/)).toBeTruthy());
    relay.change(id, { lastSeq: 2, visitorMarks: { deliveredSeq: 2, readSeq: 2 } });
    await waitFor(() => expect(screen.getByText(/· Read/)).toBeTruthy());
    relay.change(id, { lastSeq: 2, visitorMarks: { deliveredSeq: 2, readSeq: 0 } });
    await Promise.resolve();
    expect(screen.getByText(/· Read/)).toBeTruthy();
  });

  it('keeps the text of a refused message and tries it again under the same id', async () => {
    const relay = new FakeRelay();
    const { id } = relay.add(mine);
    relay.instead.set('message:send', () => ({ ok: false, error: 'internal' }));
    await drawConsole(relay, id);
    write('It is behind the counter.');
    fireEvent.click(screen.getByRole('button', { name: 'Send' }));
    await waitFor(() => expect(screen.getByText(/Not sent\. Something broke in the relay/)).toBeTruthy());
    expect(bodies()).toEqual(['It is behind the counter.']);
    relay.instead.clear();
    fireEvent.click(screen.getByRole('button', { name: 'Retry' }));
    await waitFor(() => expect(screen.getByText(/· Sent/)).toBeTruthy());
    const [first, second] = relay.heard('message:send');
    expect(second).toEqual(first);
    expect(bodies()).toEqual(['It is behind the counter.']);
  });

  it('says in words that what is sent waits while the relay cannot save, and that it saves again', async () => {
    const relay = new FakeRelay();
    const { id } = relay.add(mine);
    let answer: () => void = () => undefined;
    relay.instead.set(
      'message:send',
      ((input: { id: string; body: string }) =>
        new Promise((resolve) => {
          answer = () => resolve({ ok: true, data: { ...agentMessage(1, input.body), id: input.id } });
        })) as never,
    );
    await drawConsole(relay, id);
    write('It is behind the counter.');
    vi.useFakeTimers();
    fireEvent.keyDown(field(), { key: 'Enter' });
    relay.held.value = 1;
    await vi.advanceTimersByTimeAsync(1600);
    expect(screen.getByText(/^The relay cannot save anything right now\./)).toBeTruthy();
    expect(screen.getByText(/· Waits here/)).toBeTruthy();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(screen.getByText('Not sent yet. It goes out when the relay can save it.')).toBeTruthy();
    answer();
    relay.held.value = 0;
    await vi.advanceTimersByTimeAsync(100);
    expect(screen.queryByText(/cannot save/)).toBeNull();
    expect(screen.getByText('Messages are saved again.')).toBeTruthy();
    expect(screen.getByText(/· Sent/)).toBeTruthy();
    await vi.advanceTimersByTimeAsync(3100);
    expect(screen.queryByText('Messages are saved again.')).toBeNull();
  });

  it('sends again by itself under the same id after a lost line, in the order written', async () => {
    const relay = new FakeRelay();
    const { id } = relay.add(mine);
    await drawConsole(relay, id);
    vi.useFakeTimers();
    relay.lose();
    write('first');
    fireEvent.keyDown(field(), { key: 'Enter' });
    write('second');
    fireEvent.keyDown(field(), { key: 'Enter' });
    await vi.advanceTimersByTimeAsync(11_000);
    expect(screen.getAllByText('Not sent yet. It goes out when the connection is back.')).toHaveLength(2);
    vi.useRealTimers();
    relay.connectNow();
    await waitFor(() => expect(relay.heard('message:send').map((one) => one.body)).toEqual(['first', 'second']));
    await waitFor(() => expect(screen.queryByText(/Not sent yet/)).toBeNull());
    expect(bodies()).toEqual(['first', 'second']);
  });

  it('puts a refused message back into the composer', async () => {
    const relay = new FakeRelay();
    const { id } = relay.add(mine);
    relay.instead.set('message:send', () => ({ ok: false, error: 'too_large' }));
    await drawConsole(relay, id);
    write('long');
    fireEvent.keyDown(field(), { key: 'Enter' });
    await waitFor(() => expect(screen.getByRole('button', { name: 'Edit' })).toBeTruthy());
    fireEvent.click(screen.getByRole('button', { name: 'Edit' }));
    await waitFor(() => expect(field().value).toBe('long'));
    expect(bodies()).toEqual([]);
  });
});

describe('the composer', () => {
  it('sends on Enter, not with Shift, not while a word is composed, and nothing that is empty', async () => {
    const relay = new FakeRelay();
    const { id } = relay.add(mine);
    await drawConsole(relay, id);
    write('   \n\u200b ');
    fireEvent.keyDown(field(), { key: 'Enter' });
    write('かんじ');
    fireEvent.keyDown(field(), { key: 'Enter', isComposing: true });
    fireEvent.keyDown(field(), { key: 'Enter', keyCode: 229 });
    fireEvent.keyDown(field(), { key: 'Enter', shiftKey: true });
    expect(relay.heard('message:send')).toEqual([]);
    fireEvent.keyDown(field(), { key: 'Enter' });
    await waitFor(() => expect(relay.heard('message:send')).toMatchObject([{ body: 'かんじ' }]));
  });

  it('locks at once on withdrawal, with the reason, and keeps the talk', async () => {
    const relay = new FakeRelay();
    const { id } = relay.add(mine, [visitorMessage(1, 'Is it in stock?')]);
    await drawConsole(relay, id);
    write('Two le');
    relay.change(id, { status: 'closed', closedBy: 'withdrawal', closedAt: GRANTED, withdrawnAt: GRANTED });
    await waitFor(() => expect(screen.getByText('You cannot write here any more.')).toBeTruthy());
    expect(screen.getByText(/The agreement was withdrawn at /)).toBeTruthy();
    expect(screen.queryByRole('textbox')).toBeNull();
    expect(screen.queryByRole('button', { name: 'Reopen' })).toBeNull();
    expect(bodies()).toEqual(['Is it in stock?']);
  });

  it('names the withdrawal as the reason even where an agent had closed it before', async () => {
    const relay = new FakeRelay();
    const { id } = relay.add({ ...mine, status: 'closed', closedBy: 'agent', closedAt: GRANTED, withdrawnAt: GRANTED + 1 });
    await drawConsole(relay, id);
    expect(screen.getByText(/The agreement was withdrawn at /)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Reopen' })).toBeNull();
  });

  it('locks after the visitor ended it, and can be reopened only where an agent closed it', async () => {
    const relay = new FakeRelay();
    const { id } = relay.add({ ...mine, status: 'closed', closedBy: 'visitor', closedAt: GRANTED });
    await drawConsole(relay, id);
    expect(screen.getByText(/Hanna ended the chat at .*/, { selector: '.locked span' })).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Reopen' })).toBeNull();
    relay.change(id, { status: 'closed', closedBy: 'agent', closedAt: GRANTED });
    await waitFor(() => expect(screen.getByRole('button', { name: 'Reopen' })).toBeTruthy());
    fireEvent.click(screen.getByRole('button', { name: 'Reopen' }));
    await waitFor(() => expect(field()).toBeTruthy());
    expect(relay.heard('conversation:reopen')).toEqual([{ conversationId: id }]);
  });

  it('says that a visitor who left without a cookie is not reached', async () => {
    const relay = new FakeRelay();
    const { id } = relay.add({ ...mine, visitorOnline: false, leftAt: GRANTED });
    await drawConsole(relay, id);
    expect(screen.getByText(/Left the page at .*, no cookie: what you write does not reach them\./)).toBeTruthy();
    expect(screen.queryByText(/sees that you are writing/)).toBeNull();
  });

  it('shows two agents who answer at once to each other', async () => {
    const relay = new FakeRelay();
    const { id } = relay.add({}, [visitorMessage(1, 'Is it in stock?')]);
    await drawConsole(relay, id);
    write('Two left');
    expect(relay.heard('typing:set')).toEqual([{ conversationId: id, typing: true }]);
    relay.says('typing:changed', { conversationId: id, agentId: TOMAS.id, name: TOMAS.name, typing: true });
    await waitFor(() => expect(screen.getByText('Tomás is answering too')).toBeTruthy());
    relay.says('typing:changed', { conversationId: id, agentId: MARIA.id, name: MARIA.name, typing: true });
    relay.says('message:created', { conversationId: id, message: agentMessage(2, 'One moment.', TOMAS) });
    await waitFor(() => expect(screen.getByText(/Tomás answered at .*, while you were writing\./)).toBeTruthy());
    expect(screen.queryByText(/is answering/)).toBeNull();
    expect(field().value).toBe('Two left');
  });

  it('says typing as yes or no, and keeps a draft while another conversation is open', async () => {
    const relay = new FakeRelay();
    const hanna = relay.add(mine);
    const jonas = relay.add({ ...mine, visitorName: 'Jonas Berg' });
    const { workspace } = await drawConsole(relay, hanna.id);
    write('For Hanna only');
    workspace.show(jonas.id);
    await waitFor(() => expect(field().value).toBe(''));
    expect(relay.heard('typing:set')).toEqual([
      { conversationId: hanna.id, typing: true },
      { conversationId: hanna.id, typing: false },
    ]);
    workspace.show(hanna.id);
    await waitFor(() => expect(field().value).toBe('For Hanna only'));
    expect(JSON.stringify(relay.asked)).not.toContain('For Hanna');
  });
});

describe('a long talk', () => {
  it('opens with its newest page and brings the pages before it on demand', async () => {
    const messages = Array.from({ length: 250 }, (_, at) => visitorMessage(at + 1, `m${at + 1}`));
    const relay = new FakeRelay();
    const { id } = relay.add(mine, messages);
    const facts = relay.conversations.get(id)?.facts;
    relay.instead.set('conversation:open', () => ({
      ok: true,
      data: { conversation: facts, messages: messages.slice(-100), more: false },
    }));
    relay.instead.set('conversation:sync', ((input: { afterSeq: number }) => {
      const after = messages.filter((one) => one.seq > input.afterSeq);
      return { ok: true, data: { conversation: facts, messages: after.slice(0, 100), more: after.length > 100 } };
    }) as never);
    const { workspace } = await drawConsole(relay, id);
    const conversation = workspace.current.value;
    expect(conversation?.messages.value.map((one) => one.seq)).toEqual(messages.slice(-100).map((one) => one.seq));
    expect(relay.heard('conversation:sync')).toEqual([]);
    fireEvent.click(screen.getByRole('button', { name: 'Earlier messages' }));
    await waitFor(() => expect(conversation?.messages.value).toHaveLength(200));
    // Whoever reads further up is told what is new, and only that.
    if (conversation) conversation.atEnd.value = false;
    expect(screen.queryByRole('button', { name: /new message/ })).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Earlier messages' }));
    await waitFor(() => expect(conversation?.messages.value.map((one) => one.seq)).toEqual(messages.map((one) => one.seq)));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Earlier messages' })).toBeNull());
    expect(relay.heard('conversation:sync').map((one) => one.afterSeq)).toEqual([50, 0]);
    relay.says('message:created', { conversationId: id, message: visitorMessage(251, 'one more') });
    await waitFor(() => expect(screen.getByRole('button', { name: '1 new message' })).toBeTruthy());
    fireEvent.click(screen.getByRole('button', { name: '1 new message' }));
    await waitFor(() => expect(screen.queryByRole('button', { name: /new message/ })).toBeNull());
  });
});
