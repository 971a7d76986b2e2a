import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { violations } from '../support/axe.ts';
import { press } from '../support/panel.ts';
import { openStage, purposeWords, type Stage, said, type VisitorPage } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

describe('Privacy in the chat', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage?.close());

  it('PR-17: opens without a connection, because what it needs came while there was one', async () => {
    const visitor = await stage.visitor();
    const came = visitor.page.waitForResponse('**/w/assets/privacy-*.js');
    await visitor.begin('Is anybody there?');
    await (await came).finished();
    await visitor.context.setOffline(true);
    await press(visitor, said.frame('privacy'));
    await visitor.chat.getByText(purposeWords.answer?.name ?? '').waitFor();
  });

  it('PR-17: says in words that it could not be had, and Retry gets it', async () => {
    const visitor = await stage.visitor();
    let refused = 0;
    await visitor.context.route('**/w/assets/privacy-*.js*', async (route) => {
      refused += 1;
      await route.abort('connectionrefused');
    });
    await visitor.begin('Is anybody there?');
    await waitFor(() => refused === 1, 'the quiet try to fail');
    await press(visitor, said.frame('privacy'));
    const words = visitor.chat.getByRole('alert').filter({ hasText: said.frame('notHere') });
    await words.waitFor();
    await visitor.context.unroute('**/w/assets/privacy-*.js*');
    await words.getByRole('button', { name: said.frame('retry') }).click();
    await visitor.chat.getByText(purposeWords.answer?.name ?? '').waitFor();
    expect(refused).toBe(2);
  });

  it('covers the talk: what comes while it is open is read when the talk is in view again', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    await visitor.begin('Is anybody there?', { name: 'Brigid' });
    await agent.openTalk('Brigid');
    await press(visitor, said.frame('privacy'));
    await visitor.chat.locator('.purpose').first().waitFor();
    await agent.say('Yes, I am.');
    const status = agent.page.locator('.grp.me .meta').last();
    await status.filter({ hasText: said.console('status.delivered') }).waitFor();
    await visitor.page.waitForTimeout(500);
    expect(await status.textContent()).toContain(said.console('status.delivered'));
    await press(visitor, said.chat('backToChat'));
    await status.filter({ hasText: said.console('status.read') }).waitFor();
  });

  it('[PR-53] puts right what the form asked, and the agent reads it so at once', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    await visitor.begin('I mistyped my name.', { name: 'Grianne', email: 'grainne@books.example' });
    await agent.openTalk('Grianne');
    await press(visitor, said.frame('privacy'));
    await press(visitor, said.privacy('seeAboutYou'));
    const own = visitor.chat.getByRole('form', { name: said.privacy('aboutYou') });
    const name = own.getByLabel(said.privacy('name'));
    await name.waitFor();
    expect([await name.inputValue(), await own.getByLabel(said.privacy('email')).inputValue()]).toEqual([
      'Grianne',
      'grainne@books.example',
    ]);
    expect(await violations(visitor.page, 'parley-chat')).toEqual([]);
    await own.getByLabel(said.privacy('email')).fill('grainne');
    await press(visitor, said.privacy('putRight'));
    await own.getByText(said.privacy('wrongField')).waitFor();
    await own.getByLabel(said.privacy('email')).fill('grainne@books.example');
    await name.fill('Gráinne');
    await name.press('Enter');
    await own.getByText(said.privacy('saved')).waitFor();
    await agent.item('Gráinne').waitFor();
    await agent.page.locator('#talk-name', { hasText: 'Gráinne' }).waitFor();
    await agent.page.locator('.side-body').getByText('Gráinne', { exact: true }).first().waitFor();
  });

  const cookies = async ({ context }: VisitorPage): Promise<number> => (await context.cookies()).length;
  /** What stands under each purpose, without its time. */
  const standings = async (visitor: VisitorPage): Promise<string[]> => {
    const privacy = visitor.chat.getByRole('button', { name: said.frame('privacy'), exact: true });
    // A withdrawal leaves it open.
    if ((await privacy.getAttribute('aria-expanded')) !== 'true') await privacy.click();
    await visitor.chat.locator('.purpose').first().waitFor();
    const rows = await visitor.chat
      .locator('.purpose')
      .evaluateAll((all) =>
        all.map(
          (row) => `${row.querySelector('.yes') ? 'tick' : 'dash'} ${row.querySelector('.under')?.firstChild?.textContent}`,
        ),
      );
    await press(visitor, said.chat('backToChat'));
    return rows.map((row) => row.replace(/\d+ \w+, \d\d:\d\d/, '<time>'));
  };
  const words = (sign: 'tick' | 'dash', key: Parameters<typeof said.privacy>[0]): string =>
    `${sign} ${said.privacy(key, { time: '<time>' })}`;

  it('PR-17: tells after the end, and after the withdrawal, how each purpose stands now, in every tab', async () => {
    const visitor = await stage.visitor();
    await visitor.begin('May I take this back later?');
    await visitor.answerCookie('accept');
    await visitor.chat.getByText(said.chat('kept', { hours: 24 })).waitFor();
    expect(await cookies(visitor)).toBe(1);
    expect(await standings(visitor)).toEqual([words('tick', 'yes'), words('dash', 'no'), words('tick', 'yes')]);

    await press(visitor, said.chat('end'));
    await press(visitor, said.chat('end'));
    await visitor.chat.getByText(/^You ended the chat/).waitFor();
    await waitFor(async () => (await cookies(visitor)) === 0, 'the cookie to be gone');
    expect(await standings(visitor)).toEqual([words('tick', 'yes'), words('dash', 'no'), words('dash', 'cookieGone')]);

    await press(visitor, said.frame('privacy'));
    await press(visitor, said.privacy('withdraw'));
    await press(visitor, said.privacy('withdrawSure'));
    await visitor.chat.getByRole('heading', { name: said.chat('withdrawn') }).waitFor();
    expect((await standings(visitor))[0]).toBe(words('dash', 'takenBack'));

    const first = await stage.visitor();
    await first.begin('And in two tabs?');
    await first.answerCookie('accept');
    await first.chat.getByText(said.chat('kept', { hours: 24 })).waitFor();
    const other = await stage.tab(first.context);
    await other.open();
    await other.bubbles.first().waitFor();
    await press(other, said.frame('privacy'));
    await press(other, said.privacy('withdraw'));
    await press(other, said.privacy('withdrawSure'));
    for (const tab of [other, first]) {
      await tab.page.bringToFront();
      await tab.chat.getByRole('heading', { name: said.chat('withdrawn') }).waitFor();
      expect(await standings(tab)).toEqual([words('dash', 'takenBack'), words('dash', 'no'), words('dash', 'takenBack')]);
    }
  });
});
