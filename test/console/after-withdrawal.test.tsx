// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/preact';
import { afterEach, describe, expect, it } from 'vitest';
import { drawConsole } from './draw.tsx';
import { agentMessage, FakeRelay, GRANTED, visitorMessage } from './fake-relay.ts';

afterEach(cleanup);

const bodies = (): string[] => [...document.querySelectorAll('.bub > [dir]')].map((one) => (one.textContent ?? '').trim());
const withdrawn = { status: 'closed', closedBy: 'withdrawal', closedAt: GRANTED, withdrawnAt: GRANTED, last: null } as const;
const talk = () => [visitorMessage(1, 'The map is upside down'), agentMessage(2, 'It is meant')];

describe('[PR-46] a talk that is withdrawn while an agent reads it', () => {
  it('is let go of, opens for a look of who may, and is let go of again when they leave', async () => {
    const relay = new FakeRelay();
    const { id } = relay.add({}, talk());
    const { workspace } = await drawConsole(relay, id);
    await waitFor(() => expect(bodies()).toHaveLength(2));
    relay.change(id, { ...withdrawn, reading: 'locked' });
    await screen.findByText('This talk is locked');
    expect(bodies()).toEqual([]);
    // It is let go of here; at the relay it is not erased.
    expect(screen.queryByText(/What was said here was erased/)).toBeNull();
    const { current } = workspace;
    expect(current.value?.messages.value).toEqual([]);
    relay.instead.set('conversation:unlock', () => ({ ok: false, error: 'unavailable' }));
    fireEvent.click(screen.getByRole('button', { name: 'Open it (recorded)' }));
    expect((await screen.findByRole('alert')).textContent).toMatch(/^It stays locked\. /);
    const conversation = relay.conversations.get(id)?.facts;
    relay.instead.set('conversation:unlock', (() => ({
      ok: true,
      data: { conversation, messages: talk(), more: false },
    })) as never);
    fireEvent.click(screen.getByRole('button', { name: 'Open it (recorded)' }));
    await waitFor(() => expect(bodies()).toHaveLength(2));
    expect(screen.getByText(/^You look at a talk that was withdrawn/)).toBeTruthy();
    const opened = current.value;
    workspace.show(null);
    expect(opened?.messages.value).toEqual([]);
    expect(opened?.looking.value).toBe(false);
  });

  it('says on which ground it can still be read, where there is one', async () => {
    const relay = new FakeRelay();
    const { id } = relay.add({}, talk());
    await drawConsole(relay, id);
    await waitFor(() => expect(bodies()).toHaveLength(2));
    relay.change(id, { ...withdrawn, reading: 'legal_claims' });
    expect((await screen.findByText(/for claims at law/)).closest('.strip')?.textContent).toMatch(
      /^Withdrawn\. You can still read it/,
    );
    expect(bodies()).toHaveLength(2);
  });
});
