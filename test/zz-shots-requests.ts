import { mkdirSync } from 'node:fs';
import { newId } from '../shared/ids.ts';
import { addAgent } from './support/agent.ts';
import { post } from './support/http.ts';
import { openStage } from './support/stage.ts';
import { startVisitor } from './support/visitor.ts';

const OUT = '/tmp/rq-shots';
mkdirSync(OUT, { recursive: true });
const stage = await openStage();
const { relay } = stage;
const DPO = { name: 'Deirdre Walsh', email: 'dpo@shop.example', password: 'a quiet place by the sea' };
await addAgent(relay, { ...DPO, role: 'privacy' });
const agent = await stage.agent(DPO, { viewport: { width: 1440, height: 900 } });
const { page } = agent;
const shot = async (name: string, full = false) => {
  await page.waitForTimeout(350);
  await page.screenshot({ path: `${OUT}/${name}.png`, fullPage: full });
};
const go = async (hash: string) => {
  await page.evaluate((h) => {
    location.hash = h;
  }, hash);
};
await go('privacy/requests');
await page.getByText('No request is open').waitFor();
await shot('1-empty');
const v = await startVisitor(relay, {
  name: 'Aoife O’Rourke',
  email: 'aoife@orourke.example',
  message: { id: newId(), body: 'Is the blue edition of the almanac signed by both?' },
});
await post(relay, '/api/privacy/request', {
  session: v.session,
  kind: 'object',
  text: 'I do not want the reading list any more, and I never asked for it by post.',
  contact: null,
});
const enter = async (kind: string, received: string, via = 'email', profile?: string) => {
  const cookies = (await agent.context.cookies()).map((c) => `${c.name}=${c.value}`).join('; ');
  const r = await post<{ id: string; number: string }>(
    relay,
    '/api/agent/requests',
    {
      site: 'demo',
      kind,
      via,
      viaOthers: false,
      received,
      contact: 'aoife@orourke.example',
      name: 'Aoife O’Rourke',
      text: 'Dear bookshop, please send me everything you have about me. I chatted with you last week about the almanac.',
    },
    { cookie: cookies },
  );
  if (r.status !== 200) throw new Error(r.text);
  if (profile) await post(relay, '/api/agent/requests/step', { step: 'profile', id: r.body.id, profile }, { cookie: cookies });
  return r.body.id;
};
const day = (n: number) => new Date(Date.now() - n * 86_400_000).toISOString().slice(0, 10);
await enter('rectify', day(40), 'letter');
await enter('erase', day(28), 'phone');
await enter('complaint', day(1), 'email', 'vn');
const id = await enter('access', day(2));
const erase = await enter('erase', day(1));
await go('privacy/register');
await go('privacy/requests');
await page.getByText('To be answered').waitFor();
await shot('2-list');
await go('privacy/requests/new');
await page.getByRole('button', { name: 'Enter the request' }).waitFor();
await shot('3-new');
await go('privacy/requests/days');
await page.getByRole('button', { name: 'Save' }).waitFor();
await shot('4-days');
await go(`privacy/requests/${id}`);
await page.getByRole('button', { name: 'Find the person' }).waitFor();
await shot('5-one');
await page.getByLabel('E-mail given in the chat').fill('aoife@orourke.example');
await page.getByRole('button', { name: 'Find the person' }).click();
await page.getByText('One thing alone').waitFor();
await page.getByLabel('A sentence from it').fill('the blue edition of the almanac');
await page.getByRole('button', { name: 'Find the person' }).click();
await page.getByRole('button', { name: 'It is them' }).waitFor();
await page.getByRole('button', { name: 'It is them' }).scrollIntoViewIfNeeded();
await shot('6-found');
await page.getByRole('button', { name: 'It is them' }).click();
await page.getByRole('button', { name: 'Show what it touches' }).click();
await page.getByText('Kind of row').waitFor();
await page.getByRole('button', { name: 'Write it' }).click();
await page.getByLabel('Letter').waitFor();
await shot('7-known');
await page.getByLabel('Letter').scrollIntoViewIfNeeded();
await page.locator('.desk-page').evaluate((e) => {
  e.scrollTop = e.scrollHeight;
});
await shot('8-letter');
await page.getByRole('button', { name: 'close the request' }).click();
await page.locator('.rq-sent').waitFor();
await page.locator('.rq-sent').scrollIntoViewIfNeeded();
await shot('9-answered');
// erase
await go(`privacy/requests/${erase}`);
await page.getByLabel('E-mail given in the chat').fill('aoife@orourke.example');
await page.getByLabel('A sentence from it').fill('the blue edition of the almanac');
await page.getByRole('button', { name: 'Find the person' }).click();
await page.getByRole('button', { name: 'It is them' }).click();
await page.getByRole('button', { name: 'Erase for good' }).click();
await page.getByText('Erase everything about').waitFor();
await page.emulateMedia({ colorScheme: 'dark' });
await page.getByText('Erase everything about').scrollIntoViewIfNeeded();
await shot('10-sure-dark');
await page.locator('.rq-bad').click();
await page.getByText('Certificate').first().waitFor();
await shot('11-erased-dark');
await go('privacy/requests');
await page.getByText('To be answered').waitFor();
await shot('12-list-dark');
await page.setViewportSize({ width: 390, height: 844 });
await shot('13-list-phone-dark');
await page.emulateMedia({ colorScheme: 'light' });
await shot('14-list-phone');
await page.getByRole('link', { name: /^R-/ }).nth(2).click();
await page.locator('.rq-head').waitFor();
await shot('15-one-phone');
await page.evaluate(() => {
  const d = document.querySelector('.desk');
  if (d) d.scrollTop = 700;
});
await shot('16-one-phone-2');
await stage.close();
