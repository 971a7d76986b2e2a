// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/preact';
import { afterEach, describe, expect, it } from 'vitest';
import { drawConsole } from './draw.tsx';
import { FakeRelay, GRANTED, MARIA, makeCard } from './fake-relay.ts';

afterEach(cleanup);
const mine = { assignee: { id: MARIA.id, name: MARIA.name } };

async function cardOf(relay: FakeRelay, id: string): Promise<HTMLElement> {
  await drawConsole(relay, id);
  await waitFor(() => expect(screen.queryByText('Loading the consent')).toBeNull());
  return screen.getByRole('region', { name: 'Consent' });
}
function row(card: HTMLElement, label: string): string {
  const term = within(card).getByText(label, { selector: 'dt' });
  return (term.nextElementSibling?.textContent ?? '').replace(/[\s\u202f]+/g, ' ').trim();
}

describe('the consent card', () => {
  it('tells when, for what, to which words, from where, and where the proof stands', async () => {
    const relay = new FakeRelay();
    const { id } = relay.add(mine);
    const card = await cardOf(relay, id);
    expect(within(card).getByRole('heading', { name: 'Agreed, in force' })).toBeTruthy();
    expect(within(card).getByText('23 Nov 2026, 14:32:07 UTC')).toBeTruthy();
    const purposes = within(card)
      .getAllByRole('listitem')
      .map((item) => item.textContent);
    expect(purposes).toEqual(['Answer my messageconsent', 'Monthly reading listnot agreed']);
    expect(row(card, 'Notice')).toContain('Version 7, English');
    expect(row(card, 'By')).toBe('Ticking the box, then Start');
    expect(row(card, 'Page')).toBe('northwind.example/new/cloth as the page says');
    expect(row(card, 'Browser')).toBe('Firefox');
    expect(row(card, 'Ledger')).toBe('Entry 10 482 · 9c41…e07b');
    expect(row(card, 'Receipt')).toBe('7F3C 91D0');
    const shown = within(card).getByRole('link', { name: /as shown/ });
    expect(shown.getAttribute('href')).toBe(makeCard().notice.url);
    expect(shown.getAttribute('rel')).toContain('noopener');
    expect(screen.getByText('hanna@lindqvist.example')).toBeTruthy();
  });

  it('masks the address until it is asked for, and covers it again', async () => {
    const relay = new FakeRelay();
    const { id } = relay.add(mine);
    const other = relay.add({ ...mine, visitorName: 'Jonas Berg' });
    const { workspace } = await drawConsole(relay, id);
    await waitFor(() => expect(screen.getByText('203.0.113.•••')).toBeTruthy());
    expect(relay.heard('ip:reveal')).toEqual([]);
    fireEvent.click(screen.getByRole('button', { name: 'show (logged)' }));
    await waitFor(() => expect(screen.getByText('203.0.113.77')).toBeTruthy());
    expect(relay.heard('ip:reveal')).toEqual([{ conversationId: id }]);
    workspace.show(other.id);
    workspace.show(id);
    await waitFor(() => expect(screen.getByText('203.0.113.•••')).toBeTruthy());
    expect(screen.queryByText('203.0.113.77')).toBeNull();
  });

  it('draws no way to an address that the role may not see, and lets go of an address that may not be looked at any more', async () => {
    const relay = new FakeRelay();
    const { id } = relay.add(mine);
    const card = await cardOf(relay, id);
    fireEvent.click(within(card).getByRole('button', { name: 'show (logged)' }));
    await waitFor(() => expect(row(card, 'IP address')).toContain('203.0.113.77'));
    const put = async (mayReveal: boolean, until: string): Promise<void> => {
      const known = relay.conversations.get(id);
      if (known) known.card = makeCard({ ip: { mode: 'full', masked: mayReveal ? '203.0.113.•••' : null, mayReveal } });
      relay.says('consent:changed', { conversationId: id });
      await waitFor(() => expect(row(card, 'IP address')).toContain(until));
    };
    await put(false, 'not shown to your role');
    expect(within(card).queryByRole('button', { name: 'show (logged)' })).toBeNull();
    await put(true, 'show (logged)');
    expect(row(card, 'IP address')).not.toContain('203.0.113.77');
  });

  it('says in words why an address is not shown', async () => {
    const relay = new FakeRelay();
    relay.instead.set('ip:reveal', () => ({ ok: false, error: 'unavailable' }));
    const { id } = relay.add(mine);
    await cardOf(relay, id);
    fireEvent.click(screen.getByRole('button', { name: 'show (logged)' }));
    await waitFor(() => expect(screen.getByText('The relay cannot do this right now. Try again in a moment.')).toBeTruthy());
  });

  it.each([
    ['none', null, 'not recorded'],
    ['full', null, 'erased, its period is over'],
  ] as const)('tells an address that is not kept (%s, %s)', async (mode, masked, words) => {
    const relay = new FakeRelay();
    const { id } = relay.add(mine, [], { ip: { mode, masked, mayReveal: true } });
    const card = await cardOf(relay, id);
    expect(row(card, 'IP address')).toBe(words);
  });

  it('is asked for again when the consent changes, and shows the withdrawal', async () => {
    const relay = new FakeRelay();
    const { id } = relay.add(mine);
    await cardOf(relay, id);
    const known = relay.conversations.get(id);
    if (known) {
      known.card = makeCard({
        state: 'withdrawn',
        withdrawnAt: GRANTED + 61_000,
        purposes: [
          { id: 'answer', name: 'Answer my message', legalBasis: 'consent', state: 'ConsentWithdrawn', at: GRANTED + 61_000 },
        ],
      });
    }
    relay.says('consent:changed', { conversationId: id });
    await waitFor(() => expect(screen.getByRole('heading', { name: 'Withdrawn' })).toBeTruthy());
    const card = screen.getByRole('region', { name: 'Consent' });
    expect(within(card).getByText('23 Nov 2026, 14:33:08 UTC')).toBeTruthy();
    expect(within(card).getByText('withdrawn 14:33 UTC')).toBeTruthy();
    expect(row(card, 'Agreed')).toBe('23 Nov 2026, 14:32:07 UTC');
  });

  it('shows the whole hash on a click', async () => {
    const relay = new FakeRelay();
    const { id } = relay.add(mine);
    const card = await cardOf(relay, id);
    fireEvent.click(within(card).getByRole('button', { name: /Whole hash/ }));
    await waitFor(() => expect(within(card).getByText(makeCard().ledger?.hash ?? 'none')).toBeTruthy());
  });
});
