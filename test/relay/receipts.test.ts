import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { siteChain } from '../../server/ledger/chains.ts';
import { signHead } from '../../server/ledger/heads.ts';
import { publicKeys } from '../../server/ledger/signing.ts';
import { receiptFault } from '../../server/receipts/verify-receipt.ts';
import { DEMO_SITE_ID } from '../../server/sites/demo-site.ts';
import type { ReceiptLink, Receipts } from '../../shared/api.ts';
import { newActId } from '../../shared/ids.ts';
import { canonicalBytes } from '../../shared/ledger.ts';
import { DAY } from '../../shared/limits.ts';
import { type Receipt, receipt as receiptSchema } from '../../shared/receipt.ts';
import { runCli } from '../support/cli.ts';
import { textsOnDisk } from '../support/database.ts';
import { get, post } from '../support/http.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { decisionOf, startVisitor, type TestVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

let relay: TestRelay;
let skipped = 0;
const folder = mkdtempSync(join(tmpdir(), 'parley-receipts-'));

beforeAll(async () => {
  relay = await startTestRelay({ overrides: { clock: () => Date.now() + skipped } });
});
afterAll(async () => {
  await relay?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function linkOf(visitor: Pick<TestVisitor, 'session'>): Promise<string> {
  const reply = await post<ReceiptLink>(relay, '/api/receipts', { session: visitor.session });
  expect(reply.status).toBe(200);
  return reply.body.token;
}
async function opened(token: string): Promise<Receipts> {
  const reply = await post<Receipts>(relay, '/api/receipts/open', { token });
  expect(reply.status).toBe(200);
  return reply.body;
}
const withdrawal = (token: string) => {
  const act = { actId: newActId(), control: 'receipt.withdraw', action: 'click', viewport: 'desktop', clientTime: null };
  return post<Receipts>(relay, '/api/receipts/withdraw', { token, ...act });
};
const keys = () => publicKeys(relay.ctx.store.read);

describe('[PR-40] a receipt', () => {
  it('says who asked, what was decided, when, and under which words, and proves it; no address is in it', async () => {
    const visitor = await startVisitor(relay, { name: 'Aoife O’Rourke' });
    const { receipts, site, mayWithdraw } = await opened(await linkOf(visitor));
    const [receipt] = receipts;
    expect([receipts.length, site, mayWithdraw]).toEqual([1, 'Northwind Books', true]);
    expect(receiptSchema.parse(receipt)).toEqual(receipt);
    expect(receipt).toMatchObject({
      receipt_id: visitor.request.actId,
      service: 'Northwind Books',
      notice: { hash: visitor.request.noticeHash, version: '1', locale: 'en' },
      withdrawal: { control: expect.stringContaining('Withdraw') },
      evidence: { ip_kept: true, page: 'http://shop.example/books' },
    });
    expect(receipt?.parties.map(({ role, name }) => `${role}: ${name}`)).toEqual([
      'controller: Northwind Books Ltd',
      'authority: Data Protection Commission, Dublin',
    ]);
    expect(receipt?.purposes).toMatchObject([
      { id: 'answer', decision: 'granted', state: 'ConsentGiven', primary: true, retention: 'P90D' },
      { id: 'news', decision: 'granted', state: 'ConsentGiven', primary: false, retention: 'P12M' },
    ]);
    expect(receipt?.purposes[0]?.text).toContain('I agree that Northwind Books uses what I write to answer me.');
    // Neither the address nor what was typed: the proof asks for no more than the chat, and tells less.
    expect(JSON.stringify(receipt)).not.toMatch(/127\.0\.0\.1|Aoife|aoife@|Tide Almanac/);
    expect(receiptFault(receipt, await keys())).toBeNull();
  });

  it('is given for each act, denials and withdrawals too, the newest first, and each holds', async () => {
    const visitor = await startVisitor(relay);
    await post(relay, '/api/consents/decide', decisionOf(visitor, { granted: false }));
    const token = await linkOf(visitor);
    expect((await withdrawal(token)).status).toBe(200);
    const { receipts, consents, mayWithdraw } = await opened(token);
    expect(receipts.map(({ purposes }) => purposes.map(({ id, state }) => `${id} ${state}`))).toEqual([
      ['answer ConsentWithdrawn', 'news ConsentWithdrawn'],
      ['persistence ConsentRefused'],
      ['answer ConsentGiven', 'news ConsentGiven'],
    ]);
    expect(mayWithdraw).toBe(false);
    expect(new Set(consents.map(({ state }) => state))).toEqual(new Set(['ConsentWithdrawn', 'ConsentRefused']));
    for (const one of receipts) expect(receiptFault(one, await keys())).toBeNull();
  });

  it('is checked offline by the published keys, and names what does not hold', async () => {
    const { receipts } = await opened(await linkOf(await startVisitor(relay)));
    const [receipt] = receipts;
    const keysFile = join(folder, 'keys.json');
    writeFileSync(keysFile, (await get(relay, '/.well-known/parley-keys.json')).text);
    const check = (name: string, value: unknown) => {
      const file = join(folder, name);
      writeFileSync(file, JSON.stringify(value));
      // No data folder, no master key: the two files are all there is.
      return runCli(['verify-receipt', file, '--keys', keysFile], { PARLEY_DATA: join(folder, 'nothing') });
    };
    const [whole, altered, other, noKeys] = await Promise.all([
      check('whole.json', receipt),
      check('altered.json', { ...receipt, service: 'Southwind Books' }),
      check('other.json', { hello: 'world' }),
      runCli(['verify-receipt', keysFile, '--keys', keysFile.replace('keys', 'none')], {}),
    ]);
    expect([whole.status, whole.stderr]).toEqual([0, '']);
    expect(whole.stdout).toMatch(/holds\. Northwind Books, .*\n {2}ConsentGiven: Answer my message \(entry \d+ of the ledger/);
    expect([altered.status, altered.stdout]).toEqual([1, expect.stringContaining('DOES NOT HOLD: forged_receipt')]);
    expect([other.status, other.stdout]).toEqual([1, expect.stringContaining('DOES NOT HOLD: no_receipt')]);
    expect(noKeys).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('cannot be read (ENOENT)') });
    const own = await runCli(['verify-receipt', join(folder, 'whole.json')], { PARLEY_DATA: relay.dataDir });
    expect([own.status, own.stdout]).toEqual([0, whole.stdout]);
  });

  it('does not hold once anything of it is another’s, though the rest is signed', async () => {
    const [one, two] = await Promise.all([startVisitor(relay), startVisitor(relay)]);
    const [first] = (await opened(await linkOf(one))).receipts;
    const [second] = (await opened(await linkOf(two))).receipts;
    if (!first || !second) throw new Error('no receipt');
    const { signature: _, ...unsigned } = first;
    // Signed by the relay's own key: what is found here is found in what is signed, not in the signature.
    const signed = (change: Partial<Receipt>): unknown => {
      const all = { ...unsigned, ...change };
      return { ...all, signature: relay.ctx.signing.sign(canonicalBytes(all)) };
    };
    const [record, ...rest] = first.records;
    const [purpose, ...others] = first.purposes;
    if (!record || !purpose) throw new Error('no record');
    const faults = await Promise.all(
      [
        signed({ records: [{ ...record, event: { ...record.event, locale: 'de' } }, ...rest] }),
        signed({ records: [{ ...record, salt: '0'.repeat(64) }, ...rest] }),
        signed({ records: [{ ...record, leaf: '0'.repeat(64) }, ...rest] }),
        signed({ records: second.records }),
        signed({ purposes: [{ ...purpose, decision: 'denied' }, ...others] }),
        signed({ purposes: others }),
        signed({ purposes: [purpose, ...others, ...others] }),
        signed({}),
      ].map(async (value) => receiptFault(value, await keys())),
    );
    expect(faults).toEqual([
      'forged_event',
      'other_entry',
      'other_entry',
      'other_decision',
      'other_decision',
      'other_decision',
      'other_decision',
      null,
    ]);
    expect(receiptFault(first, new Map())).toBe('unknown_key');
  });

  it('[PR-43] proves that its entries stand in the ledger under a signed head, once there is one, and nothing else does', async () => {
    for (let head = 0; head < 2; head += 1) {
      for (let one = 0; one < 3; one += 1) await startVisitor(relay);
      skipped += DAY + 1;
      await signHead(relay.ctx, siteChain(DEMO_SITE_ID));
    }
    const visitor = await startVisitor(relay);
    const token = await linkOf(visitor);
    const fresh = (await opened(token)).receipts[0];
    expect(fresh?.records.map(({ inclusion }) => inclusion)).toEqual([null, null]);
    await startVisitor(relay);
    skipped += DAY + 1;
    const newest = await signHead(relay.ctx, siteChain(DEMO_SITE_ID));
    const [receipt] = (await opened(token)).receipts;
    if (!receipt) throw new Error('no receipt');
    expect(receipt.records.map(({ inclusion }) => inclusion?.head.root)).toEqual([newest?.root, newest?.root]);
    expect(receiptFault(receipt, await keys())).toBeNull();

    const file = join(folder, 'included.json');
    writeFileSync(file, JSON.stringify(receipt));
    const checked = await runCli(['verify-receipt', file], { PARLEY_DATA: relay.dataDir });
    expect([checked.status, checked.stdout]).toEqual([0, expect.stringContaining(`head of ${newest?.size} entries signed`)]);

    const [record, ...others] = receipt.records;
    const { inclusion } = record ?? {};
    if (!record || !inclusion) throw new Error('no inclusion');
    const { signature: _, ...unsigned } = receipt;
    const withInclusion = (changed: Partial<typeof inclusion>): unknown => {
      const all = { ...unsigned, records: [{ ...record, inclusion: { ...inclusion, ...changed } }, ...others] };
      return { ...all, signature: relay.ctx.signing.sign(canonicalBytes(all)) };
    };
    const faults = [
      withInclusion({ path: inclusion.path.with(0, '0'.repeat(64)) }),
      withInclusion({ path: inclusion.path.slice(1) }),
      withInclusion({ head: { ...inclusion.head, size: inclusion.head.size + 1 } }),
      withInclusion({ head: { ...inclusion.head, root: '0'.repeat(64) } }),
      withInclusion({}),
    ].map(async (value) => receiptFault(value, await keys()));
    expect(await Promise.all(faults)).toEqual([...Array(4).fill('not_included'), null]);

    // The operator's proof has it too.
    const proof = JSON.parse((await runCli(['proof', visitor.conversationId], { PARLEY_DATA: relay.dataDir })).stdout);
    const paths = proof.receipts[0].records.map(({ inclusion: proved }: Receipt['records'][number]) => proved?.path.length ?? 0);
    expect(Math.min(...paths)).toBeGreaterThan(0);
    skipped = 0;
  });
});

describe('[PR-48] the link of a receipt', () => {
  it('withdraws later, on another device, without a cookie or an account, and at once', async () => {
    const visitor = await startVisitor(relay);
    const socket = await visitor.connect();
    const token = await linkOf(visitor);
    let ended = false;
    socket.on('session:ended', () => (ended = true));
    const began = performance.now();
    expect((await withdrawal(token)).body.mayWithdraw).toBe(false);
    await waitFor(() => ended, 'the open chat to hear of it');
    expect(performance.now() - began).toBeLessThan(1000);
    socket.close();
    const events = await relay.ctx.store.read.consentEventsOf(visitor.conversationId);
    expect(events.map(({ state }) => state)).toEqual(['ConsentGiven', 'ConsentGiven', 'ConsentWithdrawn', 'ConsentWithdrawn']);
    const again = await withdrawal(token);
    expect([again.status, again.body]).toEqual([403, { error: { code: 'consent_withdrawn' } }]);
    expect((await opened(token)).receipts).toHaveLength(2);
  });

  it('opens after the chat has ended, and for as long as the proof is kept', async () => {
    const visitor = await startVisitor(relay);
    const token = await linkOf(visitor);
    await post(relay, '/api/conversation/end', { session: visitor.session, nextSession: null });
    expect((await opened(token)).receipts).toHaveLength(1);
    skipped = 3 * 365 * DAY - DAY;
    try {
      expect((await opened(token)).receipts).toHaveLength(1);
      skipped += DAY;
      expect((await post(relay, '/api/receipts/open', { token })).status).toBe(404);
    } finally {
      skipped = 0;
    }
  });

  it('is asked for by who holds the chat, opens nothing else, and is kept as a hash only', async () => {
    const [visitor, other] = await Promise.all([startVisitor(relay), startVisitor(relay)]);
    const token = await linkOf(visitor);
    for (const wrong of [other.session, visitor.session, 'A'.repeat(43)])
      expect((await post(relay, '/api/receipts/open', { token: wrong })).status).toBe(404);
    expect((await post(relay, '/api/receipts/open', { token: 'short' })).status).toBe(400);
    expect((await post(relay, '/api/receipts', { session: token })).status).toBe(401);
    expect((await post(relay, '/api/receipts', { session: null })).status).toBe(401);
    expect((await post(relay, '/api/receipts/open', { token }, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await withdrawal(other.session)).status).toBe(404);
    expect(textsOnDisk(relay, [token])).toEqual([]);
    expect(relay.logs.some((line) => line.includes(token))).toBe(false);
  });

  it('cannot be made without end', async () => {
    const visitor = await startVisitor(relay);
    for (let at = 0; at < 20; at++) await linkOf(visitor);
    expect((await post(relay, '/api/receipts', { session: visitor.session })).status).toBe(429);
  });
});
