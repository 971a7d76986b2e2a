import { render, waitFor } from '@testing-library/preact';
import type { Ask } from '../../console/api.ts';
import { createWorkspace, type Workspace } from '../../console/models/workspace.ts';
import { Inbox } from '../../console/pages/Inbox.tsx';
import { type FakeRelay, MARIA } from './fake-relay.ts';

export interface Drawn {
  workspace: Workspace;
}

/** Draws the console for Maria over a fake relay, with one conversation open if it is named. */
export async function drawConsole(relay: FakeRelay, open: string | null = null): Promise<Drawn> {
  // A test window counts as looked at.
  document.hasFocus = () => true;
  const workspace = createWorkspace({
    me: MARIA,
    connect: () => relay,
    drafts: new Map(),
    onEnded: () => undefined,
    onOpen: (id) => workspace.show(id),
  });
  workspace.show(open);
  const ask: Ask = async () => ({ ok: false, error: { code: 'no_answer' } });
  render(<Inbox workspace={workspace} ask={ask} onSignOut={() => undefined} />);
  await waitFor(() => {
    if (workspace.inbox.state.value !== 'ready') throw new Error('the inbox is loading');
    if (open && workspace.current.value?.state.value === 'loading') throw new Error('the conversation is loading');
  });
  return { workspace };
}
