import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { decideObjection } from '../../server/restriction/object.ts';
import { restrictVisitor } from '../../server/restriction/restrict.ts';
import { noticeHash } from '../../shared/notice.ts';
import { violations } from '../support/axe.ts';
import { noticeWithInterest } from '../support/notices.ts';
import { press } from '../support/panel.ts';
import { addRecipient, type Recipient, startRecipient } from '../support/recipient.ts';
import { conversations, openStage, type Stage, said, type VisitorPage } from '../support/stage.ts';
import { OWNER } from '../support/start-relay.ts';
import { waitFor } from '../support/wait-for.ts';

/** A pause, an objection and a request, by the visitor's own hand. */

let stage: Stage;
let recipient: Recipient;

beforeAll(async () => {
  recipient = await startRecipient();
  stage = await openStage({ env: { PARLEY_WEBHOOKS_LOOPBACK: '1' } });
  await addRecipient(stage.relay, null, { url: recipient.url });
  const doc = noticeWithInterest(false);
  const site = await stage.relay.ctx.store.read.siteByKey('demo');
  const row = { hash: noticeHash(doc), siteId: site?.id ?? '', version: 2, locale: 'en', doc, publishedAt: Date.now() };
  await stage.relay.ctx.store.write((tx) => tx.insertNotice(row));
});
afterEach(() => stage?.clear());
afterAll(async () => {
  await stage?.close();
  await recipient?.close();
});

const SITE = { site: 'Northwind Books' };
const focused = (page: Pick<Page, 'evaluate'>, start: string): Promise<unknown> =>
  waitFor(
    () => page.evaluate((words) => document.activeElement?.textContent?.startsWith(words) ?? false, start),
    `the focus on "${start}"`,
  );
/** Begins a chat and opens what more there is to ask for. */
async function openWishes(visitor: VisitorPage, question: string, name: string): Promise<string> {
  await visitor.begin(question, { name });
  await press(visitor, said.frame('privacy'));
  await press(visitor, said.wishes('open'));
  await focused(visitor.frame(), said.wishes('title'));
  return (await conversations(stage.relay))[0]?.visitorId ?? '';
}

describe('[PR-53] a visitor, by their own hand', () => {
  it('sets everything aside and takes it up again, and sees who was told and who confirmed', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    await openWishes(visitor, 'Is The Tide Almanac here?', 'Nuala');
    expect(await violations(visitor.page, 'parley-chat')).toEqual([]);
    await agent.openTalk('Nuala');
    const aside = said.wishes('asideNow', { time: '' }).trim();
    await press(visitor, said.wishes('asideDo'));
    await focused(visitor.frame(), aside);
    await visitor.chat.getByText(said.wishes('asideOwn')).waitFor();
    await agent.page.getByRole('heading', { name: said.console('none.restrictedTitle') }).waitFor();
    await visitor.chat.getByText(said.wishes('told.visitor.restricted')).waitFor();
    await waitFor(() => recipient.received.length === 1, 'the recipient to be told');
    await press(visitor, said.chat('backToChat'));
    await visitor.chat.getByText('All of it is kept, and nobody works with it.').waitFor();
    await visitor.chat.getByText(said.chat('onHold')).waitFor();
    await press(visitor, said.frame('privacy'));
    await press(visitor, said.wishes('open'));
    await visitor.chat.getByText(/^Harbour Hosting, .*Confirmed/).waitFor();
    expect(await violations(visitor.page, 'parley-chat')).toEqual([]);
    await press(visitor, said.wishes('asideEnd'));
    await focused(visitor.frame(), said.wishes('aside'));
    await agent.item('Nuala').waitFor();
    await press(visitor, said.chat('backToChat'));
    await visitor.composer.waitFor();
  });

  it('objects to what rests on an interest, and reads how it was decided', async () => {
    const visitor = await stage.visitor();
    const visitorId = await openWishes(visitor, 'Who counts what I write?', 'Sorcha');
    await visitor.chat.getByText(said.wishes('object', { name: 'Counting answers' })).waitFor();
    await press(visitor, said.wishes('objectDo'));
    await focused(visitor.frame(), said.wishes('objection', { name: 'Counting answers' }));
    await visitor.chat.getByText(/^Made, .*until it is decided/).waitFor();
    const { ctx } = stage.relay;
    const [made] = await ctx.store.read.restrictions.objectionsOf(visitorId);
    const owner = await ctx.store.read.agentByEmail(OWNER.email);
    const actor = { kind: 'agent', id: owner?.id ?? '', session: 'a session' } as const;
    const answer = 'Without the count we could not staff the evenings.';
    await decideObjection(ctx, actor, { id: made?.id ?? '', state: 'overruled', reason: 'compelling_grounds', answer });
    await press(visitor, said.chat('backToChat'));
    await press(visitor, said.frame('privacy'));
    await press(visitor, said.wishes('open'));
    await visitor.chat.getByText(answer).waitFor();
    await visitor.chat.getByText(/^Decided against it, .*grounds that weigh more/).waitFor();
    expect(await violations(visitor.page, 'parley-chat')).toEqual([]);
    // What was decided against can be objected to again.
    await press(visitor, said.wishes('objectDo'));
    await visitor.chat.getByText(/^Made, .*until it is decided/).waitFor();
  });

  it('[PR-51] asks the people behind the chat, once however often it is tried, and sees the day of the answer', async () => {
    const visitor = await stage.visitor();
    const visitorId = await openWishes(visitor, 'Who reads this?', 'Dervla');
    const { requests } = stage.relay.ctx.store.read;
    const text = visitor.chat.getByLabel(said.wishes('askWords'));
    await press(visitor, said.wishes('askSend'));
    await visitor.chat.getByText(said.wishes('askEmpty')).waitFor();
    expect(await text.evaluate((field) => field === document.activeElement)).toBe(true);
    expect(await violations(visitor.page, 'parley-chat')).toEqual([]);
    await visitor.chat.getByLabel(said.wishes('askKind')).selectOption({ label: said.wishes('kind.complaint') });
    await text.fill('My question was read out aloud in the shop.');
    // It arrives, and its answer does not.
    await visitor.page.route('**/api/privacy/request', async (route) => {
      await route.fetch();
      await route.abort();
    });
    await press(visitor, said.wishes('askSend'));
    await visitor.chat.getByText(said.privacy('noAnswer')).waitFor();
    expect(await text.inputValue()).toBe('My question was read out aloud in the shop.');
    await visitor.page.unroute('**/api/privacy/request');
    await press(visitor, said.wishes('askSend'));
    const kept = await waitFor(async () => (await requests.ofVisitor(visitorId))[0], 'the request');
    await visitor.chat.getByText(said.wishes('askCame', { number: kept.number })).waitFor();
    await visitor.chat.getByText(/^Asked, .*To be answered by/).waitFor();
    expect(await requests.ofVisitor(visitorId)).toMatchObject([{ kind: 'complaint', via: 'chat', identifiedBy: 'session' }]);
    expect(await text.inputValue()).toBe('');
  });

  it('does it from the receipt’s page too, and what others began is not theirs to end', async () => {
    const visitor = await stage.visitor();
    await openWishes(visitor, 'And later, from home?', 'Ita');
    await press(visitor, said.privacy('getReceipt'));
    const link = visitor.chat.getByRole('link', { name: said.privacy('openReceipt') });
    const [page] = await Promise.all([visitor.context.waitForEvent('page'), link.click()]);
    await page.setViewportSize({ width: 320, height: 640 });
    const open = (): Promise<void> => page.getByRole('button', { name: said.wishes('open') }).click();
    await open();
    await page.getByRole('button', { name: said.wishes('asideDo') }).click();
    await focused(page, said.wishes('asideNow', { time: '' }).trim());
    await page.getByLabel(said.wishes('askWords')).fill('What do you keep of me?');
    await page.getByRole('button', { name: said.wishes('askSend') }).click();
    await page.getByText(/^It came: /).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    await page.getByRole('button', { name: said.wishes('asideEnd') }).click();
    await page.getByRole('button', { name: said.wishes('asideDo') }).waitFor();
    const { ctx } = stage.relay;
    const [row] = await conversations(stage.relay);
    const how = { actor: { kind: 'operator' }, ground: 'accuracy' } as const;
    await restrictVisitor(ctx, { conversationId: row?.id ?? '' }, how);
    await page.reload();
    await open();
    await page.getByText(said.wishes('asideOthers', SITE)).waitFor();
    expect(await page.getByRole('button', { name: said.wishes('asideEnd') }).count()).toBe(0);
  });
});
