import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expireConsents } from '../../server/consent/expire.ts';
import { openEvent } from '../../server/ledger/ledger.ts';
import { publicKeys } from '../../server/ledger/signing.ts';
import { publishNotice } from '../../server/notices/publish.ts';
import { receiptFault } from '../../server/receipts/verify-receipt.ts';
import { visitorKeys } from '../../server/visitors/keys.ts';
import type { ReceiptLink, Receipts } from '../../shared/api.ts';
import { DAY } from '../../shared/limits.ts';
import { runCli } from '../support/cli.ts';
import { post } from '../support/http.ts';
import { noticeWithHealth } from '../support/notices.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { decisionOf, startVisitor, type TestVisitor } from '../support/visitor.ts';

describe('[PR-18] a consent to what is of a special category', () => {
  let relay: TestRelay;
  let skipped = 0;

  beforeAll(async () => {
    relay = await startTestRelay({ overrides: { clock: () => Date.now() + skipped } });
    const site = await relay.ctx.store.read.siteByKey('demo');
    await relay.ctx.store.write((tx) => publishNotice(tx, site?.id ?? '', noticeWithHealth(), Date.now()));
  });
  afterAll(() => relay?.close());

  async function recorded({ conversationId }: TestVisitor): Promise<string[]> {
    const rows = await relay.ctx.store.read.consentEventsOf(conversationId);
    const keys = await visitorKeys(relay.ctx, relay.ctx.store.read, rows[0]?.visitorId ?? '');
    return rows.map((row) => `${row.purpose} ${row.state} ${openEvent(keys, row).event.event_type}`);
  }

  it('is recorded as explicit, whatever becomes of it, and holds before receipt and verify', async () => {
    const [visitor, other] = [await startVisitor(relay), await startVisitor(relay)];
    const aids = { purpose: 'aids', granted: false };
    expect((await post(relay, '/api/consents/decide', decisionOf(visitor, aids))).status).toBe(200);
    expect(await recorded(visitor)).toEqual([
      'answer ConsentGiven ExpressedConsent',
      'aids ConsentGiven ExplicitlyExpressedConsent',
      'news ConsentGiven ExpressedConsent',
      'aids ConsentWithdrawn ExplicitlyExpressedConsent',
    ]);
    const { token } = (await post<ReceiptLink>(relay, '/api/receipts', { session: visitor.session })).body;
    const { receipts } = (await post<Receipts>(relay, '/api/receipts/open', { token })).body;
    const [withdrawn, given] = receipts;
    const keys = await publicKeys(relay.ctx.store.read);
    expect([receiptFault(given, keys), receiptFault(withdrawn, keys)]).toEqual([null, null]);
    expect(withdrawn?.event.type).toBe('ExplicitlyExpressedConsent');
    expect(given?.purposes.map(({ id, data }) => [id, data.some(({ special }) => special)])).toEqual([
      ['answer', false],
      ['aids', true],
      ['news', false],
    ]);
    skipped = 366 * DAY;
    await expireConsents(relay.ctx);
    expect(await recorded(other)).toContain('aids ConsentExpired ExplicitlyExpressedConsent');
    const verified = await runCli(['verify'], { PARLEY_DATA: relay.dataDir });
    expect([verified.status, verified.stdout]).toEqual([0, expect.stringContaining('demo: whole.')]);
  });
});
