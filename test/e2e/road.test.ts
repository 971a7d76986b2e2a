import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { verifyLedger } from '../../server/ledger/verify.ts';
import { DEMO_SITE_ID } from '../../server/sites/demo-site.ts';
import { CHAT_COOKIE, RESUME_MARK } from '../../shared/endpoints.ts';
import { visitorSocket } from '../support/sockets.ts';
import { type AgentPage, bubblesWith, conversations, openStage, type Stage, said, type VisitorPage } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

/** The relay's clock stands apart from the browsers', so that a time shows whose it is. */
const SLOW = 7 * 60_000;
const SECOND = 1000;

describe('the road of a conversation', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage({ overrides: { clock: () => Date.now() - SLOW } });
  });
  afterEach(() => stage.clear());
  afterAll(() => stage?.close());

  const markOf = (visitor: VisitorPage): Promise<string | null> =>
    visitor.page.evaluate((key) => localStorage.getItem(key), RESUME_MARK);
  const cookiesOf = async (visitor: VisitorPage): Promise<string[]> =>
    (await visitor.context.cookies()).map(({ name }) => name).filter((name) => name === CHAT_COOKIE);

  /** A visitor who has started, and an agent who has the conversation open. */
  async function meet(name: string, question: string): Promise<{ visitor: VisitorPage; agent: AgentPage; id: string }> {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    await visitor.begin(question, { name });
    const id = (await conversations(stage.relay))[0]?.id ?? '';
    await agent.openTalk(name);
    return { visitor, agent, id };
  }

  it('leads from the open launcher to an answer, with every state and both hands seen on both sides', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    await visitor.begin('Do you have The Tide Almanac?', { name: 'Brigid' });

    // Unassigned, with one unread message, before anybody has opened it.
    await agent.item('Brigid').locator('.wait').waitFor();
    await agent.page.locator('section[aria-labelledby="group-unassigned"] .item', { hasText: 'Brigid' }).waitFor();
    const [row] = await conversations(stage.relay);
    expect(row).toMatchObject({ assigneeId: null, unread: 1, status: 'open', lastSeq: 1 });
    await waitFor(async () => (await agent.page.title()).startsWith('(1)'), 'the unread message in the title');
    await visitor.chat.locator('.me .meta', { hasText: said.chat('delivered') }).waitFor();

    await agent.openTalk('Brigid');
    await bubblesWith(agent.bubbles, 'Do you have The Tide Almanac?');
    await visitor.chat.locator('.me .meta', { hasText: said.chat('read') }).waitFor();
    await waitFor(async () => !(await agent.page.title()).startsWith('('), 'nothing unread in the title');

    await agent.composer.pressSequentially('Yes');
    await visitor.chat
      .getByRole('status')
      .filter({ hasText: said.chat('writing', { name: 'Owner' }) })
      .waitFor({ state: 'attached' });
    await agent.composer.fill('Yes, we have two copies.');
    await agent.composer.press('Enter');
    await bubblesWith(visitor.bubbles, 'Yes, we have two copies.');
    // Answering made it theirs.
    await agent.page.locator('.talk-head', { hasText: said.console('talk.yours') }).waitFor();
    await agent.page.locator('section[aria-labelledby="group-mine"] .item', { hasText: 'Brigid' }).waitFor();
    expect((await conversations(stage.relay))[0]?.assigneeName).toBe('Owner');
    await agent.page.locator('.grp.me .meta', { hasText: said.console('status.read') }).waitFor();

    await visitor.composer.pressSequentially('Please');
    await agent.page.locator('.typing-row', { hasText: 'Brigid' }).waitFor();
    await visitor.composer.fill('Please keep one for me.');
    await visitor.composer.press('Enter');
    await bubblesWith(agent.bubbles, 'Please keep one for me.');
    await visitor.chat
      .locator('.me .meta')
      .last()
      .filter({ hasText: said.chat('read') })
      .waitFor();

    // The visitor puts the panel away: delivered, and not read until it is looked at.
    await visitor.chat.getByRole('button', { name: said.frame('close') }).click();
    await agent.say('Kept under your name.');
    await agent.page
      .locator('.grp.me .meta')
      .last()
      .filter({ hasText: said.console('status.delivered') })
      .waitFor();
    await visitor.open();
    await agent.page
      .locator('.grp.me .meta')
      .last()
      .filter({ hasText: said.console('status.read') })
      .waitFor();
  });

  it('carries what is written without a connection, once, when it is back', async () => {
    const { visitor, agent } = await meet('Ciara', 'Is the shop open on Sunday?');
    await visitor.context.setOffline(true);
    await visitor.chat.locator('.strip', { hasText: said.chat('offline') }).waitFor();
    await visitor.say('I can come at noon.');
    await visitor.say('Or at one.');
    await visitor.chat.locator('.meta', { hasText: said.chat('waiting') }).waitFor();
    expect(await agent.bubbles.filter({ hasText: 'at noon' }).count()).toBe(0);

    await visitor.context.setOffline(false);
    await visitor.chat.locator('.strip').waitFor({ state: 'detached' });
    await bubblesWith(agent.bubbles, 'I can come at noon.');
    await bubblesWith(agent.bubbles, 'Or at one.');
    await visitor.chat
      .locator('.me .meta')
      .last()
      .filter({ hasText: said.chat('read') })
      .waitFor();
    expect(await bubblesWith(visitor.bubbles, 'I can come at noon.')).toBe(1);
    expect(await agent.bubbles.allTextContents()).toEqual([
      expect.stringContaining('Is the shop open on Sunday?'),
      expect.stringContaining('I can come at noon.'),
      expect.stringContaining('Or at one.'),
    ]);
  });

  it('sends again what was not acknowledged, and it stands once', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor('bare'), stage.agent()]);
    let deaf = false;
    await visitor.context.routeWebSocket(/\/live\//, (socket) => {
      const relay = socket.connectToServer();
      socket.onMessage((message) => relay.send(message));
      // The relay hears, and its answers are lost, until the next connection.
      const open = { deaf: false };
      relay.onMessage((message) => {
        open.deaf ||= deaf;
        if (!open.deaf) socket.send(message);
      });
    });
    await visitor.page.goto(stage.hosts.url('plain'));
    await visitor.begin('Do you hear me?', { name: 'Darragh' });
    await agent.openTalk('Darragh');
    await visitor.chat.locator('.me .meta', { hasText: said.chat('read') }).waitFor();
    deaf = true;
    await visitor.say('Say it once');
    await bubblesWith(agent.bubbles, 'Say it once');
    await visitor.chat.locator('.me .meta', { hasText: said.chat('sending') }).waitFor();
    deaf = false;
    await visitor.chat
      .locator('.me .meta')
      .last()
      .filter({ hasText: said.chat('read') })
      .waitFor();
    await bubblesWith(visitor.bubbles, 'Say it once');
    expect(await bubblesWith(agent.bubbles, 'Say it once')).toBe(1);
    const [row] = await conversations(stage.relay);
    expect(row?.lastSeq).toBe(2);
  });

  it('is closed and reopened by the agent, and goes on', async () => {
    const { visitor, agent } = await meet('Deirdre', 'Can you order a book for me?');
    await agent.say('I can.');
    await agent.page.getByRole('button', { name: said.console('talk.close'), exact: true }).click();
    await visitor.chat.getByText(/^Owner ended the chat at/).waitFor();
    await visitor.composer.waitFor({ state: 'detached' });
    await agent.page.locator('.locked', { hasText: said.console('locked.closed') }).waitFor();

    await agent.page.getByRole('button', { name: said.console('talk.reopen') }).click();
    await agent.say('One more thing: which edition?');
    await bubblesWith(visitor.bubbles, 'which edition?');
    await visitor.say('The green one.');
    expect(await bubblesWith(agent.bubbles, 'The green one.')).toBe(1);
  });

  it('keeps what the visitor was writing when the agent closes: it stands there again, or in the next form', async () => {
    const { visitor, agent } = await meet('Eithne', 'Can you order a book for me?');
    await agent.say('I can.');
    await bubblesWith(visitor.bubbles, 'I can.');
    const close = agent.page.getByRole('button', { name: said.console('talk.close'), exact: true });
    await visitor.composer.fill('It is the green one, by');
    await close.click();
    await visitor.composer.waitFor({ state: 'detached' });
    await agent.page.getByRole('button', { name: said.console('talk.reopen') }).click();
    await visitor.composer.waitFor();
    expect(await visitor.composer.inputValue()).toBe('It is the green one, by');

    await close.click();
    await visitor.chat.getByRole('button', { name: said.chat('again') }).click();
    const question = visitor.chat.locator('#question');
    await question.waitFor();
    expect(await question.inputValue()).toBe('It is the green one, by');
    expect(await question.evaluate((field) => field === document.activeElement)).toBe(true);
  });

  it('is ended by New chat after the close of the agent: no cookie of it is left, and the new one is the one that comes back', async () => {
    const { visitor, agent } = await meet('Fiadh', 'The old question');
    await visitor.answerCookie('accept');
    await visitor.chat.getByText(said.chat('kept', { hours: 24 })).waitFor();
    await agent.page.getByRole('button', { name: said.console('talk.close'), exact: true }).click();
    await visitor.chat.getByRole('button', { name: said.chat('again') }).click();
    await visitor.chat.locator('#question').waitFor();
    expect(await cookiesOf(visitor)).toEqual([]);
    await waitFor(async () => (await markOf(visitor)) === null, 'the mark to be gone');
    await agent.page.locator('.locked', { hasText: 'Fiadh ended the chat' }).waitFor();
    expect(await agent.page.getByRole('button', { name: said.console('talk.reopen') }).count()).toBe(0);

    await visitor.fillIn('The new question');
    await visitor.pressStart();
    await visitor.answerCookie('accept');
    await visitor.chat.getByText(said.chat('kept', { hours: 24 })).waitFor();
    await visitor.page.reload();
    await visitor.open();
    await bubblesWith(visitor.bubbles, 'The new question');
    expect(await visitor.bubbles.count()).toBe(1);
  });

  it('outlives a restart of the relay: both come back by themselves, and nothing is lost or doubled', async () => {
    const { visitor, agent, id } = await meet('Emer', 'Before the restart');
    await agent.say('Answer before');
    await bubblesWith(visitor.bubbles, 'Answer before');
    await stage.restart(async () => {
      await visitor.say('Written by the visitor while it was down');
      await agent.say('Written by the agent while it was down');
      await agent.page.locator('.line-strip .lost').waitFor();
    });
    const all = [
      'Before the restart',
      'Answer before',
      'Written by the visitor while it was down',
      'Written by the agent while it was down',
    ];
    for (const side of [visitor.bubbles, agent.bubbles]) {
      for (const text of all) await bubblesWith(side, text);
      expect(await side.count()).toBe(all.length);
    }
    await visitor.say('And after');
    await bubblesWith(agent.bubbles, 'And after');
    expect((await stage.relay.ctx.store.read.messagesAfter(id, 0, 100)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  });

  it('is kept over a page load by the cookie alone, and End takes cookie and mark away [PR-19]', async () => {
    const { visitor, agent } = await meet('Fionn', 'I look for a field guide.');
    await agent.say('To quiet places?');
    await bubblesWith(visitor.bubbles, 'To quiet places?');
    expect(await cookiesOf(visitor)).toEqual([]);
    expect(await markOf(visitor)).toBeNull();
    await visitor.answerCookie('accept');
    expect(await cookiesOf(visitor)).toEqual([CHAT_COOKIE]);
    expect(Number(await waitFor(() => markOf(visitor), 'the mark'))).toBeGreaterThan(Date.now());

    await visitor.page.reload();
    await visitor.open();
    await bubblesWith(visitor.bubbles, 'I look for a field guide.');
    await bubblesWith(visitor.bubbles, 'To quiet places?');
    await visitor.say('Yes, those.');
    await bubblesWith(agent.bubbles, 'Yes, those.');
    // Nothing was asked again.
    expect(await visitor.chat.locator('.cookie').count()).toBe(0);
    expect(await visitor.chat.locator('#question').count()).toBe(0);

    const end = visitor.chat.getByRole('button', { name: said.chat('end'), exact: true });
    await end.click();
    await visitor.chat.getByText(said.chat('endSure')).waitFor();
    await end.click();
    await visitor.chat.getByText(/^You ended the chat at/).waitFor();
    await agent.page.locator('.locked', { hasText: 'Fionn ended the chat' }).waitFor();
    await waitFor(async () => (await cookiesOf(visitor)).length === 0, 'the cookie to be gone');
    await waitFor(async () => (await markOf(visitor)) === null, 'the mark to be gone');
  });

  it('ends with the page where the cookie was refused, and the agent sees that the visitor left', async () => {
    const { visitor, agent } = await meet('Grainne', 'One short question.');
    await visitor.answerCookie('refuse');
    await visitor.chat.getByText(said.chat('notKept')).waitFor();
    expect(await cookiesOf(visitor)).toEqual([]);
    await visitor.page.reload();
    await agent.page.locator('.strip', { hasText: 'Left the page at' }).waitFor();
    await visitor.open();
    await visitor.chat.locator('#question').waitFor();
    expect(await visitor.bubbles.count()).toBe(0);
    expect(await markOf(visitor)).toBeNull();
  });

  it('PR-45 PR-46 PR-47: is withdrawn with no more clicks than it was granted, at once, and both are on record', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    const sockets: { isClosed(): boolean }[] = [];
    visitor.page.on('websocket', (socket) => sockets.push(socket));
    let clicks = 0;
    const click = async (name: string): Promise<void> => {
      clicks += 1;
      await visitor.chat.getByRole('button', { name, exact: true }).click();
    };

    await visitor.launcher.click();
    await visitor.chat.locator('#question').fill('May I take this back later?');
    await visitor.chat.locator('#name').fill('Hanna');
    await visitor.chat.locator('#box-answer').click();
    await click('Start the chat');
    const granting = clicks + 2;
    await visitor.composer.waitFor();
    await visitor.answerCookie('accept');
    await agent.openTalk('Hanna');
    await agent.composer.fill('You may');
    const id = (await conversations(stage.relay))[0]?.id ?? '';
    expect(sockets.filter((socket) => !socket.isClosed())).toHaveLength(1);
    // A socket that would not go by itself.
    const cookie = (await visitor.context.cookies()).find(({ name }) => name === CHAT_COOKIE)?.value ?? '';
    const stubborn = await visitorSocket(stage.relay, { cookie: `${CHAT_COOKIE}=${cookie}` });

    clicks = 0;
    await click(said.frame('privacy'));
    await click(said.privacy('withdraw'));
    await click(said.privacy('withdrawSure'));
    const withdrawnAt = performance.now();
    const locked = agent.page.locator('.locked', { hasText: said.console('locked.title') });
    await locked.waitFor();
    await waitFor(() => sockets.every((socket) => socket.isClosed()) && !stubborn.connected, 'the sockets to be closed');
    expect(performance.now() - withdrawnAt).toBeLessThan(SECOND);
    expect(clicks).toBeLessThanOrEqual(granting);
    expect(await locked.textContent()).toMatch(/The agreement was withdrawn at \d\d:\d\d/);
    expect(await agent.composer.count()).toBe(0);
    await visitor.chat.getByRole('heading', { name: said.chat('withdrawn') }).waitFor();
    await agent.card.filter({ hasText: said.console('card.withdrawn') }).waitFor();
    await waitFor(async () => (await cookiesOf(visitor)).length === 0, 'the cookie to be gone');
    await waitFor(async () => (await markOf(visitor)) === null, 'the mark to be gone');

    const { store, vault } = stage.relay.ctx;
    const events = await store.read.consentEventsOf(id);
    expect(events.map(({ purpose, state }) => `${purpose} ${state}`)).toEqual([
      'answer ConsentGiven',
      'news ConsentRefused',
      'persistence ConsentGiven',
      'answer ConsentWithdrawn',
      'persistence ConsentWithdrawn',
    ]);
    expect(await verifyLedger(store.read, vault, DEMO_SITE_ID)).toMatchObject({ fault: null, erased: 0 });
  });
});
