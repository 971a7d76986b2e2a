// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/preact';
import { afterEach, describe, expect, it } from 'vitest';
import { now } from '../../console/models/clock.ts';
import { drawConsole } from './draw.tsx';
import { FakeRelay, GRANTED, MARIA, TOMAS, visitorMessage } from './fake-relay.ts';

afterEach(cleanup);
const mine = { assignee: { id: MARIA.id, name: MARIA.name } };

function names(): (string | null | undefined)[] {
  return [...document.querySelectorAll('.item b')].map((name) => name.textContent);
}

describe('the inbox', () => {
  it('stands in groups, newest first, and moves live', async () => {
    const relay = new FakeRelay();
    const jonas = relay.add({ visitorName: 'Jonas Berg', lastAt: GRANTED + 10 });
    relay.add({ visitorName: 'Aoife O’Reilly', lastAt: GRANTED + 20 });
    relay.add({ ...mine, visitorName: 'Pilar Domínguez' });
    await drawConsole(relay);
    expect(names()).toEqual(['Aoife O’Reilly', 'Jonas Berg', 'Pilar Domínguez']);

    relay.says('message:created', {
      conversationId: jonas.id,
      message: visitorMessage(1, 'Do you post to Norway?', GRANTED + 30),
    });
    await waitFor(() => expect(names()[0]).toBe('Jonas Berg'));
    expect(screen.getByText('Do you post to Norway?')).toBeTruthy();

    relay.change(jonas.id, { ...mine, lastSeq: 1, lastAt: GRANTED + 30 });
    await waitFor(() => expect(names()).toEqual(['Aoife O’Reilly', 'Jonas Berg', 'Pilar Domínguez']));
  });

  it('says unread, waiting, closed and withdrawn in words', async () => {
    const relay = new FakeRelay();
    now.value = GRANTED + 5 * 60_000;
    relay.add({ visitorName: 'Jonas Berg', waitingSince: GRANTED, unread: 3, lastSeq: 3 });
    relay.add({
      ...mine,
      visitorName: 'R. Keane',
      withdrawnAt: GRANTED,
      reading: 'locked',
      status: 'closed',
      closedBy: 'withdrawal',
      closedAt: GRANTED,
    });
    relay.add({ ...mine, visitorName: 'Trang Nguyễn', status: 'closed', closedBy: 'visitor', closedAt: GRANTED });
    relay.add({ visitorName: null });
    const { workspace } = await drawConsole(relay);
    expect(screen.getByText('waits 5 min')).toBeTruthy();
    expect(screen.getByText('3 unread messages')).toBeTruthy();
    expect(screen.getByText('Withdrew agreement. Locked.')).toBeTruthy();
    expect(screen.getByText('Ended by the visitor.')).toBeTruthy();
    expect(screen.getByText('No name given')).toBeTruthy();
    expect(workspace.inbox.unread.value).toBe(3);
    now.value = GRANTED + 6 * 60_000;
    await waitFor(() => expect(screen.getByText('waits 6 min')).toBeTruthy());
  });

  it('has three views with their counts', async () => {
    const relay = new FakeRelay();
    relay.add({ visitorName: 'Jonas Berg' });
    relay.add({ ...mine, visitorName: 'Pilar Domínguez' });
    relay.add({ assignee: { id: TOMAS.id, name: TOMAS.name }, visitorName: 'Sofie Madsen' });
    await drawConsole(relay);
    expect(screen.getAllByRole('tab').map((tab) => tab.textContent)).toEqual(['Unassigned 1', 'Mine 1', 'All 3']);
    const [jonas] = relay.conversations.keys();
    relay.change(String(jonas), mine);
    await waitFor(() =>
      expect(screen.getAllByRole('tab').map((tab) => tab.textContent)).toEqual(['Unassigned 0', 'Mine 2', 'All 3']),
    );
    relay.change(String(jonas), { assignee: null });
    fireEvent.click(screen.getByRole('tab', { name: /Mine/ }));
    await waitFor(() => expect(names()).toEqual(['Pilar Domínguez']));
    fireEvent.click(screen.getByRole('tab', { name: /Unassigned/ }));
    await waitFor(() => expect(names()).toEqual(['Jonas Berg']));
  });

  it.each(['http://127.0.0.1:8080/demo', ''])(
    'says that nobody has written yet, and where to try it, if there is a shop: %j',
    async (shop) => {
      // As the relay writes it into the page.
      document.head.innerHTML = `<meta name="parley-demo" content="${shop}">`;
      await drawConsole(new FakeRelay());
      expect(screen.getByText('Nobody has written yet')).toBeTruthy();
      const link = screen.queryByRole('link', { name: /Open the demo shop/ });
      expect(link?.getAttribute('href') ?? '').toBe(shop);
      expect(screen.queryByText(/demo shop in another window/) !== null).toBe(shop !== '');
    },
  );

  it('says why the list is not there, and tries again', async () => {
    const relay = new FakeRelay();
    relay.instead.set('inbox:list', () => ({ ok: false, error: 'internal' }));
    const drawn = drawConsole(relay);
    const alert = await screen.findByText(/The list could not be loaded/);
    relay.instead.clear();
    fireEvent.click(within(alert).getByRole('button', { name: 'Try again' }));
    await drawn;
    expect(screen.queryByText(/could not be loaded/)).toBeNull();
  });

  it('loads the next page with the cursor of the last', async () => {
    const relay = new FakeRelay();
    const first = relay.add({ visitorName: 'Jonas Berg', lastAt: GRANTED });
    const page = { counts: { unassigned: 2, mine: 0, all: 2, unread: 0 }, agents: relay.agents };
    relay.instead.set('inbox:list', ((input: { before: number | null }) =>
      input.before === null
        ? { ok: true, data: { ...page, conversations: [first], next: GRANTED } }
        : {
            ok: true,
            data: { ...page, conversations: [{ ...first, id: `${first.id}x`, visitorName: 'Older' }], next: null },
          }) as never);
    await drawConsole(relay);
    fireEvent.click(screen.getByRole('button', { name: 'Load more' }));
    await waitFor(() => expect(names()).toContain('Older'));
    expect(relay.heard('inbox:list').at(-1)).toEqual({ view: 'all', before: GRANTED });
  });

  it('sends delivered for what arrives and read only for what is looked at', async () => {
    const relay = new FakeRelay();
    const jonas = relay.add({ visitorName: 'Jonas Berg' });
    const { workspace } = await drawConsole(relay);
    const message = visitorMessage(1, 'Hello?');
    relay.conversations.get(jonas.id)?.messages.push(message);
    relay.says('message:created', { conversationId: jonas.id, message });
    await waitFor(() => expect(relay.heard('message:mark')).toHaveLength(1));
    expect(relay.heard('message:mark')[0]).toMatchObject({ deliveredSeq: 1, readSeq: 0 });

    document.hasFocus = () => false;
    window.dispatchEvent(new Event('blur'));
    workspace.show(jonas.id);
    await waitFor(() => expect(workspace.current.value?.heardSeq.value).toBe(1));
    expect(relay.heard('message:mark').every((mark) => mark.readSeq === 0)).toBe(true);

    document.hasFocus = () => true;
    window.dispatchEvent(new Event('focus'));
    await waitFor(() => expect(relay.heard('message:mark').at(-1)).toMatchObject({ readSeq: 1 }));
    expect(workspace.inbox.unread.value).toBe(0);
  });
});

describe('one’s own menu', () => {
  it('shows presence and changes it', async () => {
    const relay = new FakeRelay();
    relay.agents = [...relay.agents, TOMAS];
    relay.instead.set('presence:set', () => {
      relay.agents = [{ id: MARIA.id, name: MARIA.name, presence: 'away' }, TOMAS];
      return { ok: true, data: relay.agents };
    });
    await drawConsole(relay);
    expect(screen.getByText('You and Tomás are here')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Maria Costa, online: your menu' }));
    expect(screen.getByRole('menuitemradio', { name: /Online/ }).getAttribute('aria-checked')).toBe('true');
    fireEvent.click(screen.getByRole('menuitemradio', { name: /Away/ }));
    await waitFor(() => expect(screen.getByText('You are away; Tomás is here')).toBeTruthy());
    expect(relay.heard('presence:set')).toEqual([{ presence: 'away' }]);
    expect(screen.queryByRole('menu')).toBeNull();
  });

  it('closes with Escape and gives the focus back', async () => {
    await drawConsole(new FakeRelay());
    const button = screen.getByRole('button', { name: /your menu/ });
    fireEvent.click(button);
    fireEvent.keyDown(screen.getByRole('menu'), { key: 'Escape' });
    await waitFor(() => expect(screen.queryByRole('menu')).toBeNull());
    expect(document.activeElement).toBe(button);
  });
});
