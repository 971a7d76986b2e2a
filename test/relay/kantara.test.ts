import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishNotice } from '../../server/notices/publish.ts';
import { DEMO_SITE_ID } from '../../server/sites/demo-site.ts';
import type { ReceiptLink, Receipts } from '../../shared/api.ts';
import type { NoticeDoc } from '../../shared/notice.ts';
import { post } from '../support/http.ts';
import { noticeWithHealth, noticeWithThirdParty } from '../support/notices.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { decisionOf, startRequestFor, startVisitor, type TestVisitor } from '../support/visitor.ts';

/** What the published schema asks of each object, as PRIVACY.md, section 16, has it. */
const REQUIRED = {
  receipt: [
    ...['version', 'jurisdiction', 'consentTimestamp', 'collectionMethod', 'consentReceiptID', 'piiPrincipalId'],
    ...['piiControllers', 'policyUrl', 'services', 'sensitive', 'spiCat'],
  ],
  controller: ['piiController', 'contact', 'address', 'email', 'phone'],
  service: ['service', 'purposes'],
  purpose: ['consentType', 'purposeCategory', 'piiCategory', 'termination', 'thirdPartyDisclosure'],
};

type Fields = Record<string, unknown>;
interface Kantara extends Fields {
  piiControllers: Fields[];
  services: { service: string; purposes: Fields[] }[];
}

function lacking(one: object, required: string[]): string[] {
  const found: Fields = { ...one };
  return required.filter((key) => found[key] === undefined || found[key] === '');
}
function fault({ piiControllers, services, ...receipt }: Kantara): string[] {
  const purposes = services.flatMap((one) => one.purposes);
  return [
    ...lacking({ piiControllers, services, ...receipt }, REQUIRED.receipt),
    ...piiControllers.flatMap((one) => lacking(one, REQUIRED.controller)),
    ...services.flatMap((one) => lacking(one, REQUIRED.service)),
    ...purposes.flatMap((one) => lacking(one, REQUIRED.purpose)),
    ...purposes.filter((one) => one.thirdPartyDisclosure).flatMap((one) => lacking(one, ['thirdPartyName'])),
    ...(piiControllers.length > 0 && services.length > 0 && purposes.length > 0 ? [] : ['an empty list']),
  ];
}

const reachable = (doc: NoticeDoc): NoticeDoc => ({
  ...doc,
  facts: doc.facts && { ...doc.facts, phone: '+353 91 000 000', email: 'privacy@northwind.example' },
});

describe('[PR-40] a receipt in the form of Kantara 1.1', () => {
  let relay: TestRelay;
  beforeAll(async () => {
    relay = await startTestRelay();
  });
  afterAll(() => relay?.close());

  const publish = (doc: NoticeDoc) => relay.ctx.store.write((tx) => publishNotice(tx, DEMO_SITE_ID, doc, Date.now()));
  const tokenOf = async ({ session }: Pick<TestVisitor, 'session'>): Promise<string> =>
    (await post<ReceiptLink>(relay, '/api/receipts', { session })).body.token;
  const opened = async (token: string, format = 'kantara-1.1') =>
    post<{ receipts: Kantara[]; findings?: string[] }>(relay, `/api/receipts/open?format=${format}`, { token });

  it('is refused, in words, while no notice tells phone and e-mail', async () => {
    const early = await startVisitor(relay);
    const token = await tokenOf(early);
    const refused = await opened(token);
    expect([refused.status, refused.body.findings]).toEqual([
      400,
      [
        'This form of a receipt needs the controller’s phone and e-mail, and the notice does not tell both. Add them to its facts and publish it.',
      ],
    ]);
    expect((await opened(token, 'other')).status).toBe(400);
    // The notice in force may tell what the one that was agreed to did not.
    await publish(reachable(noticeWithThirdParty()));
    const { status, body } = await opened(token);
    expect([status, body.receipts.map(fault)]).toEqual([200, [[]]]);
  });

  it('has every key that the form requires, and says of each purpose that was granted to whom it goes and how it ends', async () => {
    const visitor = await startVisitor(relay);
    const token = await tokenOf(visitor);
    const own = (await post<Receipts>(relay, '/api/receipts/open', { token })).body.receipts[0];
    const [receipt] = (await opened(token)).body.receipts;
    if (!receipt || !own) throw new Error('no receipt');
    expect(fault(receipt)).toEqual([]);
    expect(receipt).toMatchObject({
      version: 'KI-CR-v1.1.0',
      jurisdiction: 'EU-IE',
      consentTimestamp: own.event.unix,
      consentReceiptID: own.receipt_id,
      piiPrincipalId: own.subject_id,
      policyUrl: own.notice.url,
      language: 'en',
      sensitive: false,
      spiCat: [],
    });
    expect(receipt.piiControllers).toEqual([
      {
        piiController: 'Northwind Books Ltd',
        onBehalf: false,
        contact: 'privacy@northwind.example',
        address: { streetAddress: '14 Quay Street, Galway, Ireland' },
        email: 'privacy@northwind.example',
        phone: '+353 91 000 000',
      },
    ]);
    expect(receipt.services[0]?.purposes).toMatchObject([
      {
        consentType: 'EXPLICIT',
        purposeCategory: ['Core Function'],
        primaryPurpose: true,
        piiCategory: ['message', 'name', 'email', 'ip', 'time'],
        termination: expect.stringMatching(
          /^Kept P90D\. The consent ends after P12M, or when it is withdrawn: Privacy > Withdraw/,
        ),
        thirdPartyDisclosure: false,
      },
      { primaryPurpose: false, thirdPartyDisclosure: true, thirdPartyName: 'Paperboat Mail, Cork' },
    ]);
  });

  it('tells nothing of what was refused or taken back, because the form cannot', async () => {
    const asked = await startRequestFor(relay);
    const decisions = asked.decisions.map((one) => ({ ...one, granted: one.purpose === 'answer' }));
    const visitor = await startVisitor(relay, { decisions });
    expect((await post(relay, '/api/consents/decide', decisionOf(visitor, { granted: false }))).status).toBe(200);
    const { receipts } = (await opened(await tokenOf(visitor))).body;
    expect(receipts.map(({ services }) => services.map(({ purposes }) => purposes.length))).toEqual([[1]]);
  });

  it('names special categories', async () => {
    await publish(reachable({ ...noticeWithHealth(), version: 3 }));
    const [receipt] = (await opened(await tokenOf(await startVisitor(relay)))).body.receipts;
    if (!receipt) throw new Error('no receipt');
    expect([fault(receipt), receipt.sensitive, receipt.spiCat]).toEqual([[], true, ['health']]);
  });
});
