import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { erasurePageEn } from '../../shared/i18n/desk/erasure.en.ts';
import { recipientsEn } from '../../shared/i18n/desk/recipients.en.ts';
import { requestsEn } from '../../shared/i18n/desk/requests.en.ts';
import { restrictedEn } from '../../shared/i18n/desk/restricted.en.ts';
import { newId } from '../../shared/ids.ts';
import { noticeHash } from '../../shared/notice.ts';
import type { RequestDetail } from '../../shared/requests.ts';
import { violations } from '../support/axe.ts';
import { noticeWithInterest } from '../support/notices.ts';
import { type Recipient, startRecipient } from '../support/recipient.ts';
import { secondConversation } from '../support/second-conversation.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { startVisitor, type TestVisitor } from '../support/visitor.ts';

/** What the desk does at its pages, each act pressed as a person presses it, in one window. */

let stage: Stage;
let recipient: Recipient;
let page: Page;

beforeAll(async () => {
  recipient = await startRecipient();
  stage = await openStage({ env: { PARLEY_WEBHOOKS_LOOPBACK: '1' } });
  const { store } = stage.relay.ctx;
  // A purpose of it rests on an interest, so that there is something to object to.
  const doc = noticeWithInterest(false);
  const site = await store.read.siteByKey('demo');
  const row = { hash: noticeHash(doc), siteId: site?.id ?? '', version: 2, locale: 'en', doc, publishedAt: Date.now() };
  await store.write((tx) => tx.insertNotice(row));
  page = (await stage.agent()).page;
});
afterEach(expectClean);
afterAll(async () => {
  await stage?.close();
  await recipient?.close();
});

async function expectClean(): Promise<void> {
  expect(await violations(page)).toEqual([]);
}
const word = (key: keyof typeof requestsEn): string => requestsEn[key] as string;
const button = (key: keyof typeof requestsEn) => page.getByRole('button', { name: word(key), exact: true });
const field = (key: keyof typeof requestsEn) => page.getByLabel(word(key), { exact: true });
const text = (key: keyof typeof requestsEn) => page.getByText(word(key), { exact: true });
const step = (words: string) => page.locator('.rq-steps').getByText(words, { exact: true });
/** The beginning of a sentence that ends in a time. */
const untilTime = (words: string): string => words.slice(0, words.indexOf('{time}')).trim();

async function go(place: string): Promise<void> {
  await page.goto(`${stage.relay.origin}/console/#privacy/${place}`);
}
async function enter(kind: string, contact = ''): Promise<void> {
  await go('requests/new');
  await field('new.kind').selectOption(kind);
  await field('new.contact').fill(contact);
  await field('new.text').fill('As the law lets me.');
  await button('new.save').click();
  await page.getByRole('heading', { name: word('section.person') }).waitFor();
}
/** Enters a request of a fresh visitor, and finds them by the address and a sentence of theirs. */
async function enterKnown(kind: string, name: string): Promise<TestVisitor> {
  const email = `${name.toLowerCase()}@example.ie`;
  const body = `Is the almanac of ${name} signed by both?`;
  const visitor = await startVisitor(stage.relay, { name, email, message: { id: newId(), body } });
  await enter(kind, email);
  await field('find.email').fill(email);
  await field('find.sentence').fill(`the almanac of ${name} signed`);
  await button('find').click();
  await button('found.enough').click();
  await text('known.match').waitFor();
  return visitor;
}
/** Carried out, as the page and its history say. */
async function isDone(words: string): Promise<void> {
  await page
    .getByText(untilTime(word('done')))
    .first()
    .waitFor();
  await step(words).waitFor();
}
const visitorIdOf = async ({ conversationId }: TestVisitor): Promise<string> =>
  (await stage.relay.ctx.store.read.conversation(conversationId))?.visitorId ?? '';
const requestOnPage = async (): Promise<RequestDetail> => {
  const id = page.url().split('/').at(-1) ?? '';
  return page.evaluate(async (one) => (await fetch(`/api/agent/requests/one/${one}`)).json(), id);
};

describe('a request at the desk, carried out (PR-51) (PR-53)', () => {
  it('shows each chat that somebody began apart, and says that each needs a request of its own', async () => {
    const email = 'thrice@example.ie';
    for (const name of ['Caoimhe', 'Caoimhe', 'Caoimhe']) await startVisitor(stage.relay, { name, email });
    await enter('access', email);
    await field('find.email').fill(email);
    await button('find').click();
    await text('find.several').waitFor();
    expect(await page.locator('.rq-found').count()).toBe(3);
  });

  it('corrects, and sends the answer', async () => {
    const { conversationId } = await enterKnown('rectify', 'Sadhbh');
    expect(await field('form.name').inputValue()).toBe('Sadhbh');
    await field('form.name').fill('Sadhbh Ní Bhroin');
    await button('do.rectify').click();
    await isDone(word('step.rectified'));
    expect(await page.locator('.rq-main dl').last().textContent()).toContain('Sadhbh Ní Bhroin');
    await expectClean();
    await button('write').click();
    await field('letter').waitFor();
    await expectClean();
    await field('letter').press('Control+End');
    await field('letter').pressSequentially('With kind regards');
    await field('sentBy').selectOption('letter');
    await button('close').click();
    await page.locator('.rq-sent', { hasText: 'With kind regards' }).waitFor();
    expect(await page.locator('.desk-page').textContent()).toContain(word('sent.letter'));
    await page.goto(`${stage.relay.origin}/console/#c=${conversationId}`);
    await page.locator('#talk-name', { hasText: 'Sadhbh Ní Bhroin' }).waitFor();
  });

  it('restricts, for the ground that they give', async () => {
    const visitor = await enterKnown('restrict', 'Nuala');
    await field('because').selectOption('accuracy');
    await button('preview').click();
    await page.locator('.rq-counts').waitFor();
    await button('do.restrict').click();
    await isDone(word('step.restricted'));
    expect(await stage.relay.ctx.store.read.restrictions.inForce(await visitorIdOf(visitor))).toMatchObject({
      ground: 'accuracy',
    });
    await go('restricted');
    await page.getByText(restrictedEn['ground.accuracy']).first().waitFor();
  });

  it('stops what is objected to, and decides it through the form of the page of restriction', async () => {
    await enterKnown('object', 'Gobnait');
    await button('preview').click();
    await page.getByText('Would stop: Counting answers').waitFor();
    await button('do.object').click();
    await isDone(word('step.objected'));
    await go('restricted');
    const one = page.locator('article', { hasText: restrictedEn.pending });
    await one.waitFor();
    await expectClean();
    await one.getByLabel(restrictedEn['decide.how']).selectOption('compelling_grounds');
    // Without an answer to the person it is not decided.
    await one.getByRole('button', { name: restrictedEn['decide.do'] }).click();
    expect(await one.count()).toBe(1);
    await one.getByLabel(restrictedEn['decide.answer']).fill('We count answers without names, and need to.');
    await one.getByRole('button', { name: restrictedEn['decide.do'] }).click();
    await one.waitFor({ state: 'detached' });
    const decided = page.locator('article', { hasText: restrictedEn['reason.compelling_grounds'] });
    expect(await decided.textContent()).toContain('We count answers without names, and need to.');
  });

  it('takes back what was agreed to', async () => {
    const visitor = await enterKnown('withdraw', 'Ailbhe');
    await button('preview').click();
    await page.getByText(word('preview.purposes').split('{')[0]?.trim() ?? '').waitFor();
    await button('do.withdraw').click();
    await isDone(word('step.withdrawn'));
    expect((await stage.relay.ctx.store.read.conversation(visitor.conversationId))?.withdrawnAt).not.toBeNull();
  });

  it('asks who they are, and is answered without them', async () => {
    await enter('access');
    await button('identityLetter').click();
    await page.getByRole('textbox', { name: word('identityLetter') }).waitFor();
    await expectClean();
    await button('askIdentity').click();
    await page
      .getByText(untilTime(word('identityAsked')))
      .first()
      .waitFor();
    await step(word('step.identity_asked')).waitFor();
    expect(await button('askIdentity').count()).toBe(0);
    await button('nobody').click();
    await text('person.isNone').waitFor();
    await button('write').click();
    await field('letter').waitFor();
    expect(await field('outcome').inputValue()).toBe('not_identified');
  });

  it('takes longer for a reason, under another law, with days off', async () => {
    await enter('access', 'later@example.ie');
    const { due } = await requestOnPage();
    await page.locator('.rq-more summary').click();
    await button('reason.complex').click();
    await button('extendLetter').waitFor();
    expect((await requestOnPage()).due.answer).toBe(due.extended);
    await field('law').selectOption('ccpa');
    await page.locator('.rq-steps li', { hasText: word('law.ccpa') }).waitFor();
    expect((await requestOnPage()).profile).toBe('ccpa');
    await expectClean();

    await enter('access', 'holiday@example.ie');
    await field('law').selectOption('eu');
    const plain = (await requestOnPage()).due.answer ?? '';
    const opened = page.url();
    await go('requests');
    await page.getByRole('link', { name: word('daysOff') }).click();
    await field('calendar.days').fill('2026-13-45');
    await button('calendar.save').click();
    await page.getByText('“2026-13-45”').waitFor();
    await expectClean();
    await field('calendar.days').fill(plain);
    await field('calendar.zone').fill('Europe/Dublin');
    await button('calendar.save').click();
    await text('calendar.saved').waitFor();
    await page.goto(opened);
    await step(word('step.calendar_changed')).waitFor();
    expect(((await requestOnPage()).due.answer ?? '') > plain).toBe(true);
  });
});

describe('recipients at the desk (PR-53)', () => {
  it('are paused, taken up again, and removed with their secret', async () => {
    const press = (key: keyof typeof recipientsEn) => page.getByRole('button', { name: recipientsEn[key], exact: true });
    await go('recipients');
    await page.getByLabel(recipientsEn['add.name']).fill('Harbour Hosting');
    await page.getByLabel(recipientsEn['add.url']).fill(recipient.url);
    await press('add.do').click();
    await press('secret.done').click();
    await press('pause').click();
    await page.getByText(untilTime(recipientsEn.paused)).waitFor();
    await expectClean();
    await press('resume').click();
    await press('pause').waitFor();
    await press('remove').click();
    await page.getByText(recipientsEn.removeText).waitFor();
    await expectClean();
    await press('keep').click();
    await press('remove').click();
    await press('removeSure').click();
    await page.getByText(recipientsEn['list.empty']).waitFor();
  });
});

describe('one conversation of several, at the page of erasure (PR-54)', () => {
  it('goes alone: the visitor stays with the other', async () => {
    const { conversationId } = await startVisitor(stage.relay, { name: 'Brigid' });
    const second = await secondConversation(stage.relay, conversationId, 'Once more about the almanac');
    await go('erasure');
    await page.getByLabel(erasurePageEn['one.id'], { exact: true }).fill(conversationId);
    await page.getByLabel(erasurePageEn['one.scope'], { exact: true }).selectOption('conversation');
    await page.getByRole('button', { name: erasurePageEn['one.look'] }).click();
    await page.getByText(erasurePageEn['one.stays'].one).waitFor();
    await expectClean();
    await page.getByRole('button', { name: erasurePageEn['one.eraseTalk'] }).click();
    await page.locator('.desk-good').waitFor();
    const { read } = stage.relay.ctx.store;
    expect([await read.conversation(conversationId), (await read.conversation(second))?.id]).toEqual([null, second]);
  });
});
