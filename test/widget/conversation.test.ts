// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newId } from '../../shared/ids.ts';
import { createConversation } from '../../widget/chat/conversation.ts';
import { statusOf } from '../../widget/chat/state.ts';
import { buildConsent, buildConversation, buildFrame, buildMessage, buildStarted, fakeConnection } from './support.tsx';

const synced = (changes: object = {}) => ({
  ok: true,
  data: { conversation: buildConversation(), consents: [buildConsent('answer')], messages: [], more: false, ...changes },
});

const opened: { stop(): void }[] = [];
function open(consents = [buildConsent('answer')]) {
  const message = { id: newId(), body: 'first' };
  const host = buildFrame();
  const connection = fakeConnection();
  const heard = vi.fn();
  const conversation = createConversation(
    { frame: host.frame, changed: () => {}, heard, connect: connection.connect },
    { session: 's'.repeat(43), message, started: buildStarted(message, { consents }) },
  );
  opened.push(conversation);
  return { ...host, connection, conversation, heard, message };
}
/** Lets answers that are already there arrive. */
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

describe('the conversation', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    sessionStorage.clear();
  });
  afterEach(() => {
    for (const conversation of opened.splice(0)) conversation.stop();
    vi.useRealTimers();
  });

  it('sends again with the same id after every lost answer, until it is acknowledged', async () => {
    const { connection, conversation } = open();
    connection.events.connected();
    await settle();
    conversation.send('hello');
    await settle();
    connection.answer = (command) => (command === 'conversation:sync' ? synced() : null);
    connection.events.lost();
    connection.events.connected();
    await settle();
    connection.answer = (command, input) => {
      if (command === 'conversation:sync') return synced();
      return command === 'message:send'
        ? { ok: true, data: buildMessage(2, { ...(input as { id: string }), author: 'visitor' }) }
        : null;
    };
    connection.events.lost();
    connection.events.connected();
    await settle();
    const ids = connection.of('message:send').map((input) => (input as { id: string }).id);
    expect(ids.length).toBeGreaterThanOrEqual(3);
    expect(new Set(ids).size).toBe(1);
    expect(conversation.state.lines.map((line) => line.body)).toEqual(['first', 'hello']);
    expect(conversation.state.lines[1]?.local).toBeUndefined();
  });

  it('waits, and sends again, while the relay cannot take a message', async () => {
    const { connection, conversation } = open();
    let refusals = 2;
    connection.answer = (command, input) => {
      if (command === 'conversation:sync') return synced();
      if (command !== 'message:send') return null;
      if (refusals-- > 0) return { ok: false, error: 'unavailable', retryAfterSeconds: 2 };
      return { ok: true, data: buildMessage(2, { ...(input as object), author: 'visitor' }) };
    };
    connection.events.connected();
    await settle();
    conversation.send('hello');
    await settle();
    expect(conversation.state.lines[1]?.local).toBe('sending');
    expect(conversation.state.held).toBe(1);
    await vi.advanceTimersByTimeAsync(2100);
    expect(conversation.state.held).toBe(1);
    await vi.advanceTimersByTimeAsync(2000);
    expect(connection.of('message:send')).toHaveLength(3);
    expect(conversation.state.lines[1]?.local).toBeUndefined();
    expect(conversation.state.held).toBe(0);
  });

  it('asks again for the talk that the relay could not give, and then sends what waits', async () => {
    const { connection, conversation } = open();
    conversation.send('written before there was a link');
    await settle();
    let refusals = 1;
    connection.answer = (command, input) => {
      if (command === 'message:send') return { ok: true, data: buildMessage(2, { ...(input as object), author: 'visitor' }) };
      if (command !== 'conversation:sync') return null;
      return refusals-- > 0 ? { ok: false, error: 'unavailable', retryAfterSeconds: 2 } : synced();
    };
    connection.events.connected();
    await settle();
    expect(conversation.state).toMatchObject({ held: 1, synced: false });
    await vi.advanceTimersByTimeAsync(2200);
    expect(connection.of('conversation:sync')).toHaveLength(2);
    expect(conversation.state).toMatchObject({ held: 0, synced: true });
    expect(conversation.state.lines[1]).toMatchObject({ seq: 2 });
  });

  it('says its marks again when the relay could not keep them, and when they were lost with the link', async () => {
    const { connection, conversation } = open();
    conversation.see(true);
    await settle();
    const read = { deliveredSeq: 2, readSeq: 2 };
    const said = (): unknown[] => connection.of('message:mark').filter((marks) => (marks as typeof read).readSeq === 2);
    let refusals = 1;
    connection.answer = (command) => {
      if (command === 'conversation:sync') return synced({ conversation: buildConversation() });
      return refusals-- > 0 ? { ok: false, error: 'unavailable', retryAfterSeconds: 2 } : null;
    };
    connection.events['message:created'](buildMessage(2));
    await vi.advanceTimersByTimeAsync(2100);
    expect(said()).toEqual([read, read]);
    connection.events.lost();
    connection.events.connected();
    await settle();
    expect(said()).toEqual([read, read, read]);
  });

  it('keeps the order of what waits', async () => {
    const { connection, conversation } = open();
    for (const text of ['one', 'two', 'three']) conversation.send(text);
    let seq = 1;
    connection.answer = (command, input) => {
      if (command === 'conversation:sync') return synced();
      return command === 'message:send'
        ? { ok: true, data: buildMessage(++seq, { ...(input as object), author: 'visitor' }) }
        : null;
    };
    connection.events.connected();
    await settle();
    const acknowledged = connection.of('message:send').map((input) => (input as { body: string }).body);
    expect(acknowledged.slice(-3)).toEqual(['one', 'two', 'three']);
  });

  it('renews a link that says it is up and does not acknowledge', async () => {
    const { connection, conversation } = open();
    connection.events.connected();
    await settle();
    conversation.send('hello');
    await settle();
    expect(connection.renewed).toBeGreaterThan(0);
  });

  it('renews a link on which nothing answers the question what was missed', async () => {
    const { connection } = open();
    await settle();
    connection.events.connected();
    await settle();
    expect(connection.of('conversation:sync')).toHaveLength(1);
    expect(connection.renewed).toBe(1);
  });

  it('asks again what was missed when the relay cannot tell now, and then sends what waits', async () => {
    const { connection, conversation } = open();
    let refusals = 2;
    connection.answer = (command, input) => {
      if (command === 'conversation:sync' && refusals-- > 0) return { ok: false, error: 'unavailable' };
      if (command === 'conversation:sync') return synced();
      return command === 'message:send' ? { ok: true, data: buildMessage(2, { ...(input as object), author: 'visitor' }) } : null;
    };
    connection.events.lost();
    conversation.send('hello');
    await settle();
    connection.sent.length = 0;
    connection.events.connected();
    await settle();
    expect(connection.of('message:send')).toEqual([]);
    await vi.advanceTimersByTimeAsync(6100);
    expect(connection.of('conversation:sync')).toHaveLength(3);
    expect(conversation.state.lines[1]?.local).toBeUndefined();
    expect(connection.renewed).toBe(0);
  });

  it('marks a refused message as failed, and sends it on request with the same id', async () => {
    const { connection, conversation } = open();
    connection.answer = (command) => (command === 'conversation:sync' ? synced() : { ok: false, error: 'conversation_closed' });
    connection.events.connected();
    await settle();
    conversation.send('hello');
    await settle();
    const failed = conversation.state.lines[1];
    expect(failed && statusOf(failed, conversation.state.conversation)).toBe('failed');
    conversation.retry(failed?.id ?? '');
    await settle();
    const ids = connection.of('message:send').map((input) => (input as { id: string }).id);
    expect(ids).toHaveLength(2);
    expect(ids[0]).toBe(ids[1]);
    conversation.remove(failed?.id ?? '');
    expect(conversation.state.lines.map((line) => line.body)).toEqual(['first']);
  });

  it('shows a message once, however often and from wherever it comes', async () => {
    const { connection, conversation } = open();
    const second = buildMessage(2);
    const third = buildMessage(3);
    connection.answer = (command) => (command === 'conversation:sync' ? synced({ messages: [second, third] }) : null);
    connection.events['message:created'](third);
    connection.events['message:created'](third);
    await settle();
    expect(connection.of('conversation:sync')).toContainEqual({ afterSeq: 1 });
    expect(conversation.state.lines.map((line) => line.seq)).toEqual([1, 2, 3]);
  });

  it('asks for more until there is no more', async () => {
    const { connection, conversation } = open();
    const rest = [buildMessage(2), buildMessage(3)];
    connection.answer = (command) =>
      command === 'conversation:sync' ? synced({ messages: [rest.shift()].filter(Boolean), more: rest.length > 0 }) : null;
    connection.events.connected();
    await settle();
    expect(connection.of('conversation:sync')).toEqual([{ afterSeq: 1 }, { afterSeq: 2 }]);
    expect(conversation.state.lines).toHaveLength(3);
  });

  it('never lets a status go back', () => {
    const { connection, conversation } = open();
    const { conversation: now } = conversation.state;
    if (!now) throw new Error('no conversation');
    connection.events['conversation:changed']({ ...now, agentMarks: { deliveredSeq: 1, readSeq: 1 } });
    connection.events['conversation:changed']({ ...now, agentMarks: { deliveredSeq: 1, readSeq: 0 } });
    const [line] = conversation.state.lines;
    expect(line && statusOf(line, conversation.state.conversation)).toBe('read');
  });

  it('marks as read only what is before the eyes', () => {
    const { connection, conversation, told } = open();
    connection.events['message:created'](buildMessage(2));
    expect(connection.of('message:mark').at(-1)).toEqual({ deliveredSeq: 2, readSeq: 0 });
    expect(told).toContainEqual({ type: 'unread', count: 1 });
    conversation.see(true);
    expect(connection.of('message:mark').at(-1)).toEqual({ deliveredSeq: 2, readSeq: 2 });
    expect(told.filter((one) => one.type === 'unread').at(-1)).toEqual({ type: 'unread', count: 0 });
  });

  it('says again on the next link what of the marks was lost with the last, and only that', async () => {
    const { connection, conversation } = open();
    const told = { deliveredSeq: 0, readSeq: 0 };
    connection.answer = (command, input) => {
      if (command === 'conversation:sync') return synced({ conversation: buildConversation({ visitorMarks: { ...told } }) });
      if (command === 'message:mark') Object.assign(told, input);
      return null;
    };
    connection.events['message:created'](buildMessage(2));
    conversation.see(true);
    // Nothing of it arrived.
    Object.assign(told, { deliveredSeq: 0, readSeq: 0 });
    connection.events.lost();
    connection.events.connected();
    await settle();
    expect(told).toEqual({ deliveredSeq: 2, readSeq: 2 });
    const said = connection.of('message:mark').length;
    connection.events.lost();
    connection.events.connected();
    await settle();
    expect(connection.of('message:mark')).toHaveLength(said);
  });

  it('says that the link is lost only when that lasts', () => {
    const { connection, conversation } = open();
    connection.events.connected();
    connection.events.lost();
    vi.advanceTimersByTime(1500);
    expect(conversation.state.link).toBe('lost');
    vi.advanceTimersByTime(1000);
    expect(conversation.state.link).toBe('down');
    connection.events.connected();
    expect(conversation.state.link).toBe('up');
  });

  it('stores nothing before Accept, and what is unsent after it', () => {
    const refused = open();
    refused.conversation.draft('half a sentence');
    expect(sessionStorage.length).toBe(0);
    const accepted = open([buildConsent('answer'), buildConsent('persistence')]);
    accepted.conversation.draft('half a sentence');
    expect(sessionStorage.getItem('parley_outbox')).toContain('half a sentence');
    accepted.conversation.draft('');
    expect(sessionStorage.length).toBe(0);
  });

  it('keeps a draft of the page before from its first moment on', () => {
    const connection = fakeConnection();
    const { frame } = buildFrame();
    const message = { id: newId(), body: 'first' };
    const started = buildStarted(message, { consents: [buildConsent('answer'), buildConsent('persistence')] });
    const conversation = createConversation(
      { frame, changed: () => {}, heard: () => {}, connect: connection.connect },
      { session: 's'.repeat(43), message, started },
      { draft: 'half a sentence', messages: [] },
    );
    opened.push(conversation);
    expect(conversation.state.draft).toBe('half a sentence');
    expect(sessionStorage.getItem('parley_outbox')).toContain('half a sentence');
    expect(connection.of('typing:set')).toEqual([]);
  });

  it('tells that somebody writes as a boolean, and not what', async () => {
    const { connection, conversation } = open();
    conversation.draft('my card number is');
    conversation.draft('my card number is 4');
    expect(connection.of('typing:set')).toEqual([{ typing: true }]);
    expect(JSON.stringify(connection.sent)).not.toContain('card number');
    conversation.draft('');
    expect(connection.of('typing:set')).toEqual([{ typing: true }, { typing: false }]);
  });

  it('knows whether anybody is there as soon as it is told', () => {
    const { connection, conversation } = open();
    connection.events['presence:changed']({ online: false });
    expect(conversation.state.conversation?.agentOnline).toBe(false);
    connection.events['presence:changed']({ online: true });
    expect(conversation.state.conversation?.agentOnline).toBe(true);
  });

  it('ends at once when it is withdrawn elsewhere, and takes the mark away', () => {
    const { connection, conversation, told } = open();
    connection.events['session:ended']({ reason: 'withdrawn' });
    expect(conversation.state.over).toBe('withdrawn');
    expect(told).toContainEqual({ type: 'keep', until: null });
    expect(told).toContainEqual({ type: 'running', running: false });
  });

  it('warns on leaving with unsent text that nothing keeps', () => {
    const { conversation } = open();
    const leave = (): boolean => dispatchEvent(new Event('beforeunload', { cancelable: true }));
    expect(leave()).toBe(true);
    conversation.draft('unsent');
    expect(leave()).toBe(false);
  });

  it('sends the text as it is now when the answer was that to an earlier try', async () => {
    const earlier = { id: newId(), body: 'as it was' };
    const now = { id: newId(), body: 'as it is' };
    const connection = fakeConnection();
    const { frame } = buildFrame();
    const conversation = createConversation(
      { frame, changed: () => {}, heard: () => {}, connect: connection.connect },
      { session: 's'.repeat(43), message: now, started: buildStarted(earlier) },
    );
    expect(conversation.state.lines.map((line) => line.body)).toEqual(['as it was', 'as it is']);
    expect(conversation.state.lines[1]).toMatchObject({ id: now.id, local: 'sending' });
  });
});
