import { rmSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CONSOLE_KEY } from '../../shared/endpoints.ts';
import { addAgent } from '../support/agent.ts';
import { runCli, startRelayProcess } from '../support/cli.ts';
import { freePort } from '../support/ports.ts';
import { bubblesWith, openStage, type Stage, said, signInOn } from '../support/stage.ts';
import { newDataDir, OWNER } from '../support/start-relay.ts';
import { waitFor } from '../support/wait-for.ts';

const MARIA = { name: 'Maria Silva', email: 'maria@northwind.example', password: 'seven grey herons at low tide' };
const TRIES = 5;

describe('the console', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage({ limits: { loginsPerAccountAndAddress: { points: TRIES, windowMs: 300_000 } } });
    await addAgent(stage.relay, MARIA);
  });
  afterEach(() => stage.clear());
  afterAll(() => stage?.close());

  const unreadIn = async (page: Page): Promise<number> => Number(/^\((\d+)\)/.exec(await page.title())?.[1] ?? 0);
  const iconOf = (page: Page): Promise<string> =>
    page.locator('link[rel="icon"]').evaluate((one) => (one as HTMLLinkElement).href);

  it('title and icon show what is unread, also after a reload, until it was looked at', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    await waitFor(async () => (await agent.page.title()).includes('Inbox'), 'the title');
    expect(await unreadIn(agent.page)).toBe(0);
    const quiet = await iconOf(agent.page);
    await visitor.begin('First word', { name: 'Aideen' });
    await visitor.say('Second word');
    await waitFor(async () => (await unreadIn(agent.page)) === 2, 'two unread in the title');
    const loud = await iconOf(agent.page);
    expect(loud).not.toBe(quiet);
    await agent.item('Aideen').locator('.count', { hasText: '2' }).waitFor();

    await agent.page.reload();
    await waitFor(async () => (await unreadIn(agent.page)) === 2, 'two unread after the reload');
    expect(await iconOf(agent.page)).toBe(loud);
    await agent.openTalk('Aideen');
    await waitFor(async () => (await unreadIn(agent.page)) === 0, 'nothing unread');
    expect(await iconOf(agent.page)).toBe(quiet);
    await agent.page.reload();
    await bubblesWith(agent.bubbles, 'Second word');
    await waitFor(async () => (await agent.page.title()).includes('Inbox'), 'the title');
    expect(await unreadIn(agent.page)).toBe(0);
  });

  it('a notification is switched by the agent, stays so, names the visitor and never the text', async () => {
    const agent = await stage.agent();
    await agent.page.addInitScript(() => {
      const shown: unknown[] = [];
      class Recorded {
        static permission = 'granted';
        static requestPermission = async (): Promise<string> => 'granted';
        constructor(title: string, options: object) {
          shown.push({ title, ...options });
        }
        close(): void {}
      }
      Object.assign(window, { Notification: Recorded, shown });
    });
    const again = async (): Promise<void> => {
      await agent.page.reload();
      await agent.page.locator('.list').waitFor();
    };
    const kept = (): Promise<string[]> => agent.page.evaluate(() => Object.keys({ ...localStorage, ...sessionStorage }));
    const item = agent.page.getByRole('menuitemcheckbox', { name: said.console('menu.notify') });
    const isOn = async (): Promise<boolean> => {
      await agent.page.locator('.me-face').click();
      const checked = (await item.getAttribute('aria-checked')) === 'true';
      await agent.page.keyboard.press('Escape');
      return checked;
    };
    const press = async (): Promise<void> => {
      await agent.page.locator('.me-face').click();
      await item.click();
      await agent.page.keyboard.press('Escape');
    };
    await again();
    // The browser allows it; nobody has asked for it.
    expect([await isOn(), await kept()]).toEqual([false, []]);
    await press();
    await again();
    expect([await isOn(), await kept()]).toEqual([true, [CONSOLE_KEY]]);
    await press();
    await again();
    expect([await isOn(), await kept()]).toEqual([false, []]);
    await press();
    const visitor = await stage.visitor();
    await visitor.begin('My account number is 77', { name: 'Blathnaid' });
    const shown = (): Promise<string> =>
      agent.page.evaluate(() => JSON.stringify((window as unknown as { shown: unknown }).shown));
    await waitFor(async () => (await shown()) !== '[]', 'a notification');
    expect(await shown()).toContain(said.console('notify.title', { name: 'Blathnaid' }));
    expect(await shown()).not.toContain('account');
    await agent.page.locator('.me-face').click();
    await agent.page.getByRole('menuitem', { name: said.console('menu.signOut') }).click();
    await agent.page.getByText(said.console('signIn.ended.signed_out')).waitFor();
    expect(await kept()).toEqual([]);
  });

  it('two agents who answer at once see each other doing it', async () => {
    const [visitor, owner, maria] = await Promise.all([stage.visitor(), stage.agent(), stage.agent(MARIA)]);
    await visitor.begin('Who answers me?', { name: 'Caoimhe' });
    await owner.openTalk('Caoimhe');
    await maria.openTalk('Caoimhe');
    await owner.composer.pressSequentially('I do');
    await maria.page.locator('.strip', { hasText: said.console('typing.agent', { name: 'Owner' }) }).waitFor();
    await maria.composer.pressSequentially('I too');
    await maria.page.locator('.strip', { hasText: said.console('typing.agentToo', { name: 'Owner' }) }).waitFor();
    await owner.page.locator('.strip', { hasText: said.console('typing.agentToo', { name: 'Maria' }) }).waitFor();
    await owner.composer.press('Enter');
    await maria.page.locator('.strip', { hasText: 'Owner answered at' }).waitFor();
    await maria.page.locator('.talk-head', { hasText: said.console('talk.withAgent', { name: 'Owner' }) }).waitFor();
    await bubblesWith(maria.bubbles, 'I do');
    // What Maria had written is hers to send or not.
    expect(await maria.composer.inputValue()).toBe('I too');
  });

  it('says who is here, and away is told to visitors', async () => {
    await waitFor(() => !stage.relay.ctx.world.agentsOnline(), 'every agent to be gone');
    const owner = await stage.agent();
    const here = owner.page.locator('.presence');
    await here.filter({ hasText: said.console('here.you') }).waitFor();
    const maria = await stage.agent(MARIA);
    await here.filter({ hasText: said.console('here.two', { name: 'Maria' }) }).waitFor();
    await maria.page.locator('.me-face').click();
    await maria.page.getByRole('menuitemradio', { name: said.console('menu.away') }).click();
    await here.filter({ hasText: said.console('here.you') }).waitFor();
    await maria.page.locator('.presence', { hasText: said.console('here.awayOne', { name: 'Owner' }) }).waitFor();

    await owner.page.locator('.me-face').click();
    await owner.page.getByRole('menuitemradio', { name: said.console('menu.away') }).click();
    await waitFor(() => !stage.relay.ctx.world.agentsOnline(), 'nobody to be online');
    // A reload is no coming back, and neither is another window.
    const cameOnline: boolean[] = [];
    const watching = setInterval(() => cameOnline.push(stage.relay.ctx.world.agentsOnline()), 5);
    await owner.page.reload();
    await owner.page.locator('.presence', { hasText: 'You are away' }).waitFor();
    const window = await owner.context.newPage();
    await window.goto(owner.page.url());
    await window.locator('.presence', { hasText: 'You are away' }).waitFor();
    await window.close();
    clearInterval(watching);
    expect(cameOnline.length).toBeGreaterThan(0);
    expect(cameOnline).not.toContain(true);
    const visitor = await stage.visitor();
    await visitor.open();
    await visitor.chat.locator('.head', { hasText: said.frame('away') }).waitFor();
    await owner.page.locator('.me-face').click();
    await owner.page.getByRole('menuitemradio', { name: said.console('menu.online') }).click();
    await visitor.fillIn('Back again?');
    await visitor.pressStart();
    await visitor.chat.locator('.head', { hasText: said.frame('online') }).waitFor();
    expect(stage.relay.ctx.world.agentsOnline()).toBe(true);
    await owner.page.reload();
    await owner.page.locator('.me-face.online').waitFor();
    expect(await owner.page.evaluate(() => localStorage.length)).toBe(0);
  });

  it('says in words what is wrong with a sign-in, the same for a stranger as for a wrong password [PR-78]', async () => {
    const page = await (await stage.browser.context()).newPage();
    await page.goto(`${stage.relay.origin}/console/`);
    const sum = page.locator('.wrong-sum');
    const submit = page.getByRole('button', { name: said.console('signIn.submit') });
    await submit.click();
    await sum.filter({ hasText: said.console('form.wrong', { count: 2 }) }).waitFor();
    expect(await page.locator('#email-wrong').textContent()).toBe(said.console('wrong.email'));
    expect(await page.locator('#password-wrong').textContent()).toBe(said.console('wrong.password'));
    expect(await sum.evaluate((one) => one === document.activeElement)).toBe(true);

    const told: (string | null)[] = [];
    const wrong = [
      { email: OWNER.email, password: 'not the password at all' },
      { email: 'stranger@northwind.example', password: 'not the password at all' },
    ];
    for (const { email, password } of wrong) {
      await page.locator('#email').fill(email);
      await page.locator('#password').fill(password);
      const answered = page.waitForResponse('**/api/agent/login');
      await submit.click();
      await answered;
      await sum.filter({ hasText: said.console('error.sign_in_failed') }).waitFor();
      told.push(await sum.textContent());
      expect(await page.locator('#email').inputValue()).toBe(email);
    }
    expect(told[0]).toBe(told[1]);
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const answered = page.waitForResponse('**/api/agent/login');
      await submit.click();
      await answered;
    }
    await sum.filter({ hasText: /Too many tries\. Try again in \d+ minutes/ }).waitFor();
    // PR-78: only the stranger's account waits; the owner signs in.
    await signInOn(page, OWNER);
    await page.context().close();
  });

  it('the link of the first start makes the first owner, once', async () => {
    const dataDir = newDataDir();
    const relay = await startRelayProcess(await freePort(), { PARLEY_DATA: dataDir });
    try {
      const link = /http:\S+#setup=\S+/.exec(relay.output.stdout)?.[0] ?? '';
      const page = await (await stage.browser.context()).newPage();
      await page.goto(link);
      await page.locator('#name').fill('Saoirse Byrne');
      await page.locator('#email').fill('saoirse@northwind.example');
      await page.locator('#password').fill('short');
      // The token stays in no history.
      expect(page.url()).not.toContain('setup');
      const create = page.getByRole('button', { name: said.console('setup.submit') });
      await create.click();
      await page.locator('#password-wrong', { hasText: said.console('wrong.passwordShort', { count: 10, min: 15 }) }).waitFor();
      await page.locator('#password').fill('a kite over the strand');
      await create.click();
      await page.locator('.list').waitFor();
      expect(await page.locator('.me-face').getAttribute('aria-label')).toContain('Saoirse Byrne');
      const again = await (await stage.browser.context()).newPage();
      await again.goto(link);
      await again.locator('#name').fill('Somebody');
      await again.locator('#email').fill('somebody@northwind.example');
      await again.locator('#password').fill('another kite over the strand');
      await again.getByRole('button', { name: said.console('setup.submit') }).click();
      await again.locator('.wrong-sum', { hasText: said.console('error.link_used') }).waitFor();
      await Promise.all([page.context().close(), again.context().close()]);
    } finally {
      relay.child.kill('SIGTERM');
      await relay.finished;
      rmSync(dataDir, { recursive: true, force: true });
    }
  });

  it('a forgotten password is reset by the link that the command line prints; every other session ends', async () => {
    const maria = await stage.agent(MARIA);
    const { dataDir, port } = stage.relay;
    const { stdout, status } = await runCli(['reset-password', MARIA.email], { PARLEY_DATA: dataDir, PORT: `${port}` });
    expect(status).toBe(0);
    const link = /http:\S+#reset=\S+/.exec(stdout)?.[0] ?? '';
    const page = await (await stage.browser.context()).newPage();
    await page.goto(link);
    await page.locator('#password').fill('eight white herons at high tide');
    expect(page.url()).not.toContain('reset');
    await page.getByRole('button', { name: said.console('reset.submit') }).click();
    await page.locator('.list').waitFor();
    await maria.page.getByText(said.console('signIn.ended.expired')).waitFor();
    await maria.page.locator('#email').fill(MARIA.email);
    await maria.page.locator('#password').fill(MARIA.password);
    await maria.page.getByRole('button', { name: said.console('signIn.submit') }).click();
    await maria.page.locator('.wrong-sum', { hasText: said.console('error.sign_in_failed') }).waitFor();
    await signInOn(maria.page, { email: MARIA.email, password: 'eight white herons at high tide' });
    await page.context().close();
  });
});
