// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createInbox } from '../../console/models/inbox.ts';
import { createWorkspace } from '../../console/models/workspace.ts';
import { drawConsole } from './draw.tsx';
import { FakeRelay, GRANTED, INBOX_PAGE, MARIA, visitorMessage } from './fake-relay.ts';

const CANARY = 'canary-4b1e';
const mine = { assignee: { id: MARIA.id, name: MARIA.name } };

/** What the browser shows beside the page, by its tag. */
const notes = new Map<string, string>();
class FakeNotification {
  static permission = 'granted';
  static requestPermission = async (): Promise<string> => 'granted';
  onclick: (() => void) | null = null;
  onclose: (() => void) | null = null;
  readonly #tag: string;
  constructor(title: string, { tag }: { tag: string }) {
    this.#tag = tag;
    notes.set(tag, title);
  }
  close(): void {
    notes.delete(this.#tag);
    this.onclose?.();
  }
}

beforeEach(() => {
  notes.clear();
  vi.stubGlobal('Notification', FakeNotification);
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  localStorage.clear();
});

const write = (text: string): void => {
  fireEvent.input(screen.getByRole('textbox', { name: /Your answer to/ }), { target: { value: text } });
};
/** Enough conversations for a second page, all older than what a test is about. */
function fillList(relay: FakeRelay, count = INBOX_PAGE + 2): void {
  for (let at = 0; at < count; at += 1) relay.add({ ...mine, visitorName: `Visitor ${at}`, lastAt: GRANTED - 1000 * (at + 1) });
}
const comeBack = (relay: FakeRelay): void => relay.connectNow();

describe('a console that had no line while somebody was erased or restricted (PR-54) (PR-53)', () => {
  it('lets go of the open talk and its draft, and keeps neither for a new sign-in', async () => {
    const relay = new FakeRelay();
    fillList(relay);
    const { id } = relay.add({ ...mine, visitorName: 'Deirdre' }, [visitorMessage(1, CANARY)]);
    const { workspace } = await drawConsole(relay, id);
    write(`Dear Deirdre, ${CANARY}`);
    relay.lose();
    relay.conversations.delete(id);
    comeBack(relay);
    await screen.findByText('This conversation is not here any more');
    expect(document.body.innerHTML).not.toMatch(/Deirdre|canary/);
    expect(workspace.hasUnsent()).toBe(false);
    expect([...workspace.leave()]).toEqual([]);
  });

  it('lets go when the answer comes only after a pause', async () => {
    const relay = new FakeRelay();
    const { id } = relay.add({ ...mine, visitorName: 'Deirdre' }, [visitorMessage(1, CANARY)]);
    await drawConsole(relay, id);
    vi.useFakeTimers();
    relay.lose();
    relay.conversations.delete(id);
    for (const command of ['conversation:sync', 'consent:card', 'message:mark'] as const)
      relay.instead.set(command, () => ({ ok: false, error: 'internal' }));
    comeBack(relay);
    await vi.advanceTimersByTimeAsync(1000);
    relay.instead.clear();
    await vi.advanceTimersByTimeAsync(3000);
    expect(document.body.innerHTML).not.toMatch(/Deirdre|canary/);
  });

  it('forgets them in a list of several pages, as far as it was loaded, and loses nobody else', async () => {
    const relay = new FakeRelay();
    fillList(relay, 2 * INBOX_PAGE + 5);
    const first = relay.add({ ...mine, visitorName: 'Deirdre' }, [visitorMessage(1, CANARY)]);
    const inSecond = relay.add({ ...mine, visitorName: 'Nuala', lastAt: GRANTED - 40_500 }, [visitorMessage(1, CANARY)]);
    relay.change(inSecond.id, { lastAt: GRANTED - 40_500 });
    const { workspace } = await drawConsole(relay);
    await workspace.inbox.loadMore();
    expect(workspace.inbox.all.value.size).toBe(2 * INBOX_PAGE);
    relay.lose();
    for (const { id } of [first, inSecond]) relay.conversations.delete(id);
    comeBack(relay);
    await waitFor(() => expect(document.body.innerHTML).not.toMatch(/Deirdre|Nuala|canary/));
    // What was shown is shown, and the next page is the next one.
    await waitFor(() => expect(workspace.inbox.all.value.size).toBe(2 * INBOX_PAGE));
    await workspace.inbox.loadMore();
    expect(workspace.inbox.all.value.size).toBe(2 * INBOX_PAGE + 5);
    expect(workspace.inbox.hasMore.value).toBe(false);
  });

  it('keeps in the list who wrote while it was being read', async () => {
    const relay = new FakeRelay();
    fillList(relay);
    const older = relay.add({ ...mine, visitorName: 'Old friend', lastAt: GRANTED - 20_500 });
    const inbox = createInbox(relay, MARIA.id);
    await inbox.load();
    expect(inbox.find(older.id)).toBeDefined();
    const news = { ...older, lastAt: GRANTED + 9000, lastSeq: 1 };
    relay.conversations.delete(older.id);
    const loading = inbox.load();
    inbox.put(news);
    await loading;
    expect(inbox.find(older.id)?.lastSeq).toBe(1);
  });

  it('lets go of drafts in talks that are not open, those from before the last sign-in too', async () => {
    const relay = new FakeRelay();
    const [drafted, old, stays] = ['Deirdre', 'Nuala', 'Aoife'].map((visitorName) => relay.add({ ...mine, visitorName }));
    const ids = [drafted, old, stays].map((one) => one?.id ?? '');
    const workspace = createWorkspace({
      me: MARIA,
      connect: () => relay,
      drafts: new Map(ids.slice(1).map((id) => [id, `for ${id}`])),
      onEnded: () => undefined,
      onOpen: () => undefined,
    });
    workspace.show(ids[0] ?? '');
    await vi.waitFor(() => expect(workspace.current.value?.state.value).toBe('ready'));
    workspace.current.value?.write(CANARY);
    workspace.show(null);
    relay.lose();
    relay.conversations.delete(ids[0] ?? '');
    relay.conversations.delete(ids[1] ?? '');
    const looks = relay.heard('conversation:open').length;
    comeBack(relay);
    await vi.waitFor(() => expect(workspace.hasUnsent()).toBe(false));
    expect([...workspace.leave().keys()]).toEqual([ids[2]]);
    // Nobody has looked at anything for it.
    expect([relay.heard('conversation:open').length, relay.heard('conversation:sync')]).toEqual([looks, []]);
  });

  it('shows nothing of a talk that was read before, while the relay is asked whether it is still there', async () => {
    const relay = new FakeRelay();
    const { id } = relay.add({ ...mine, visitorName: 'Deirdre' }, [visitorMessage(1, CANARY)]);
    const { workspace } = await drawConsole(relay, id);
    workspace.show(null);
    relay.lose();
    relay.conversations.delete(id);
    relay.instead.set('conversation:open', () => new Promise(() => undefined));
    comeBack(relay);
    workspace.show(id);
    expect(workspace.current.value?.messages.value).toEqual([]);
  });

  it('reads an erased message anew, whatever page of the talk it stood on', async () => {
    const relay = new FakeRelay();
    const messages = [visitorMessage(1, CANARY), visitorMessage(2, 'And the other thing')];
    const { id } = relay.add(mine, messages);
    await drawConsole(relay, id);
    expect(document.querySelector('.talk')?.textContent).toContain(CANARY);
    relay.lose();
    Object.assign(messages[0] ?? {}, { body: '', erasedAt: GRANTED });
    comeBack(relay);
    await waitFor(() => expect(document.querySelector('.talk')?.textContent).not.toContain(CANARY));
    expect(document.querySelector('.talk')?.textContent).toContain('And the other thing');
  });
});

describe('a console that had no line while the time of a talk was up (PR-61)', () => {
  it('lets go of what the relay deleted, and keeps what is not sent yet and what came since', async () => {
    const relay = new FakeRelay();
    const messages = [visitorMessage(1, CANARY), visitorMessage(2, `${CANARY} too`)];
    const { id } = relay.add(mine, messages);
    const { workspace } = await drawConsole(relay, id);
    const talk = (): string => document.querySelector('.talk')?.textContent ?? '';
    expect(talk()).toContain(CANARY);
    relay.lose();
    workspace.current.value?.write('Not sent yet');
    messages.splice(0, 2, visitorMessage(3, 'Somebody came back'));
    relay.change(id, { lastSeq: 3 });
    comeBack(relay);
    await waitFor(() => expect(talk()).not.toContain(CANARY));
    expect(talk()).toContain('Somebody came back');
    expect(workspace.current.value?.draft.value).toBe('Not sent yet');
  });

  it('puts no erased message of an earlier page above the page that is there', async () => {
    const relay = new FakeRelay();
    const messages = Array.from({ length: 5 }, (_, at) => visitorMessage(at + 1, `Message ${at + 1}`));
    const { id } = relay.add(mine, messages);
    const conversation = relay.conversations.get(id)?.facts;
    relay.instead.set('conversation:open', (() => ({
      ok: true,
      data: { conversation, messages: messages.slice(3), more: true },
    })) as never);
    relay.instead.set('conversation:sync', (() => {
      const erased = { ...visitorMessage(1, ''), erasedAt: GRANTED };
      return { ok: true, data: { conversation, messages: [erased, ...messages.slice(3)], more: false } };
    }) as never);
    const { workspace } = await drawConsole(relay, id);
    relay.lose();
    comeBack(relay);
    await waitFor(() => expect(relay.heard('conversation:sync').length).toBeGreaterThan(0));
    expect(workspace.current.value?.messages.value.map(({ seq }) => seq)).toEqual([4, 5]);
  });
});

describe('a notification that names somebody (PR-54)', () => {
  async function named() {
    const relay = new FakeRelay();
    const [told, stays] = ['Deirdre', 'Aoife'].map((visitorName) => relay.add({ ...mine, visitorName }));
    const ids = [told?.id ?? '', stays?.id ?? ''] as const;
    const { workspace } = await drawConsole(relay);
    await workspace.notifier.toggle();
    for (const conversationId of ids) relay.says('message:created', { conversationId, message: visitorMessage(1, 'Hello') });
    expect([...notes.keys()].sort()).toEqual([...ids].sort());
    return { relay, workspace, ids };
  }

  it('is taken away when that person is erased or restricted, and no other is', async () => {
    const erased = await named();
    erased.relay.says('conversation:erased', { conversationId: erased.ids[0] });
    expect([...notes.keys()]).toEqual([erased.ids[1]]);
    erased.relay.says('conversation:restricted', { conversationId: erased.ids[1], restricted: true });
    expect([...notes]).toEqual([]);
  });

  it('is taken away on coming back, where it happened without a line', async () => {
    const { relay, ids } = await named();
    relay.lose();
    relay.conversations.delete(ids[0]);
    comeBack(relay);
    await waitFor(() => expect([...notes.keys()]).toEqual([ids[1]]));
  });

  it('is taken away when the agent leaves: nobody would be there to do it', async () => {
    const { workspace } = await named();
    workspace.leave();
    expect([...notes]).toEqual([]);
  });
});
