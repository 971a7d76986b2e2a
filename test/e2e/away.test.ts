import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eraseVisitor } from '../../server/privacy/erase.ts';
import { eraseMessage } from '../../server/privacy/erase-message.ts';
import { restrictVisitor } from '../../server/restriction/restrict.ts';
import { newId } from '../../shared/ids.ts';
import { violations } from '../support/axe.ts';
import { type AgentPage, bubblesWith, openStage, type Stage, said } from '../support/stage.ts';
import { startVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

const CANARY = 'canary-c0de';
/** More than the list tells of at a time. */
const MANY = 33;

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

const write = async (name: string): Promise<string> =>
  (await startVisitor(stage.relay, { name, message: { id: newId(), body: `${CANARY} of ${name}` } })).conversationId;
const operator = { actor: { kind: 'operator' }, reason: 'request' } as const;

/** An agent whose line can be cut: being offline keeps a browser from new connections, and leaves those that stand. */
async function agentWithLine(): Promise<AgentPage> {
  const agent = await stage.agent();
  await agent.page.addInitScript(() => {
    const lines: WebSocket[] = [];
    class Cut extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        lines.push(this);
      }
    }
    Object.assign(window, { WebSocket: Cut, lines });
  });
  await agent.page.reload();
  await agent.page.locator('.list').waitFor();
  return agent;
}

/** Every notification that stands, by its title: the browser keeps them beside the page. */
async function withNotifications(agent: AgentPage): Promise<() => Promise<string[]>> {
  await agent.page.addInitScript(() => {
    const standing = new Set<string>();
    class Kept {
      static permission = 'granted';
      static requestPermission = async (): Promise<string> => 'granted';
      onclose: (() => void) | null = null;
      readonly #title: string;
      constructor(title: string) {
        this.#title = title;
        standing.add(title);
      }
      close(): void {
        standing.delete(this.#title);
        this.onclose?.();
      }
    }
    Object.assign(window, { Notification: Kept, standing });
  });
  await agent.page.reload();
  await agent.page.locator('.me-face').click();
  await agent.page.getByRole('menuitemcheckbox', { name: said.console('menu.notify') }).click();
  await agent.page.keyboard.press('Escape');
  return () => agent.page.evaluate(() => [...(window as unknown as { standing: Set<string> }).standing].sort());
}
const titles = (...names: string[]): string[] => names.map((name) => said.console('notify.title', { name })).sort();

async function without(agent: AgentPage, during: () => Promise<void>): Promise<void> {
  await agent.context.setOffline(true);
  await agent.page.evaluate(() => {
    for (const line of (window as unknown as { lines: WebSocket[] }).lines) line.close();
  });
  await agent.page.getByText(said.console('line.lost')).waitFor();
  await during();
  await agent.context.setOffline(false);
  await agent.page.getByText(said.console('line.lost')).waitFor({ state: 'detached' });
}

describe('an agent’s console that had no line (PR-54) (PR-53)', () => {
  it('shows nothing of who was erased or restricted meanwhile: talk, draft, list and notification', async () => {
    const deep = await write('Gobnait');
    for (let at = 0; at < MANY; at += 1) await write(`Visitor ${at}`);
    const agent = await agentWithLine();
    const notifications = await withNotifications(agent);
    const erased = await write('Fionnuala');
    const restricted = await write('Deirdre');
    await write('Aoife');
    await waitFor(async () => (await notifications()).length === 3, 'three notifications');
    expect(await notifications()).toEqual(titles('Fionnuala', 'Deirdre', 'Aoife'));

    const more = agent.page.getByRole('button', { name: said.console('inbox.more') });
    await more.click();
    await agent.item('Gobnait').waitFor();
    await agent.openTalk('Deirdre');
    await bubblesWith(agent.bubbles, CANARY);
    await agent.composer.fill(`Dear Deirdre, ${CANARY}`);
    await agent.openTalk('Fionnuala');
    await bubblesWith(agent.bubbles, CANARY);
    await agent.composer.fill(`Dear Fionnuala, ${CANARY}`);

    await without(agent, async () => {
      for (const conversationId of [erased, deep]) await eraseVisitor(stage.relay.ctx, { conversationId }, operator);
      await restrictVisitor(stage.relay.ctx, { conversationId: restricted }, { actor: operator.actor, ground: 'request' });
    });
    await agent.page.getByRole('heading', { name: said.console('none.goneTitle') }).waitFor();
    const shown = (): Promise<string> => agent.page.evaluate(() => document.documentElement.outerHTML);
    await waitFor(async () => !/Fionnuala|Deirdre|Gobnait/.test(await shown()), 'the list to forget');
    expect(await notifications()).toEqual(titles('Aoife'));
    expect(new URL(agent.page.url()).hash).toBe('#inbox');
    // Everybody else is there: those of the second page too, which was open.
    expect(await agent.page.locator('.item').count()).toBe(MANY + 1);
    expect(await violations(agent.page)).toEqual([]);

    // Nothing of it is kept for a new sign-in either, and lifting the restriction brings the talk back, without the draft.
    await agent.page.evaluate((ids) => {
      location.hash = `c=${ids}`;
    }, restricted);
    await agent.page.getByText(said.console('error.not_found')).first().waitFor();
    expect(await agent.composer.count()).toBe(0);
    expect(await shown()).not.toContain('Dear Deirdre');
  });

  it('reads the open talk without a message that was erased meanwhile', async () => {
    const id = await write('Sorcha');
    const agent = await agentWithLine();
    await agent.openTalk('Sorcha');
    await bubblesWith(agent.bubbles, `${CANARY} of Sorcha`);
    await agent.say('Thank you for writing');
    await bubblesWith(agent.bubbles, 'Thank you for writing');
    await without(agent, async () => {
      const first = (await stage.relay.ctx.store.read.lastMessages(id, 9)).find(({ seq }) => seq === 1);
      await eraseMessage(stage.relay.ctx, id, first?.id ?? '', operator);
      // The relay tells it once more within a second, which a console that is back by then would hear.
      await new Promise((resolve) => setTimeout(resolve, 2500));
    });
    await agent.page.locator('.erased').waitFor();
    expect(await agent.page.locator('.talk').textContent()).not.toContain(CANARY);
    expect(await agent.bubbles.filter({ hasText: 'Thank you for writing' }).count()).toBe(1);
  });
});
