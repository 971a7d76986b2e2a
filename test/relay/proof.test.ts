import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishNotice } from '../../server/notices/publish.ts';
import { type Proof, proofFault, proofOf } from '../../server/receipts/proof.ts';
import { CHAT_COOKIE } from '../../shared/endpoints.ts';
import { newId } from '../../shared/ids.ts';
import { runCli } from '../support/cli.ts';
import { post } from '../support/http.ts';
import { noticeWithThirdParty } from '../support/notices.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { decisionOf, frameBoot, postStart, startRequestFrom, startVisitor } from '../support/visitor.ts';

let relay: TestRelay;
const folder = mkdtempSync(join(tmpdir(), 'parley-proof-'));

beforeAll(async () => {
  relay = await startTestRelay();
});
afterAll(async () => {
  await relay?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('[PR-35] the proof of a conversation', () => {
  it('has who, when, what, how and which words, in one call, and is checked by itself', async () => {
    const visitor = await startVisitor(relay);
    await post(relay, '/api/consents/decide', decisionOf(visitor, { granted: false }));
    const made = await runCli(['proof', visitor.conversationId], { PARLEY_DATA: relay.dataDir });
    expect([made.status, made.stderr]).toEqual([0, '']);
    const proof: Proof = JSON.parse(made.stdout);
    const [cookie, start] = proof.receipts;
    expect(proof.conversation_id).toBe(visitor.conversationId);
    expect(start?.purposes.map(({ id, decision }) => `${id} ${decision}`)).toEqual(['answer granted', 'news granted']);
    expect(cookie?.purposes.map(({ id, decision }) => `${id} ${decision}`)).toEqual(['persistence denied']);
    expect(start?.event).toMatchObject({ by: 'subject', action: 'click:purpose.answer' });
    expect(start?.event.time).toBe(new Date(visitor.started.consents[0]?.at ?? 0).toISOString());
    // The very words, and the build that showed them.
    expect(proof.notices.map(({ doc }) => doc.words.form.clause)).toEqual([
      expect.stringContaining('Northwind Books, Galway, uses'),
    ]);
    const { build, files } = proof.builds[0] ?? { build: '', files: {} };
    expect(build).toBe(relay.ctx.assets.widgetBuild);
    for (const kept of Object.values(files)) expect(await relay.ctx.store.read.releaseFile(kept)).not.toBeNull();

    const file = join(folder, 'proof.json');
    writeFileSync(file, made.stdout);
    const checked = await runCli(['verify-receipt', file], { PARLEY_DATA: join(folder, 'nothing') });
    expect([checked.status, checked.stdout]).toEqual([
      0,
      expect.stringMatching(/holds\. Conversation .* 2 acts under 1 notices/),
    ]);
    writeFileSync(file, made.stdout.replace('People decide, never a machine.', 'A machine decides.'));
    expect(await runCli(['verify-receipt', file], {})).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('DOES NOT HOLD: altered_notice'),
    });
  });

  it('does not hold with anything of it altered, missing, or of another conversation', async () => {
    const proof = await proofOf(relay.ctx, (await startVisitor(relay)).conversationId);
    const other = await proofOf(relay.ctx, (await startVisitor(relay)).conversationId);
    expect(proofFault(proof)).toBeNull();
    expect(proofFault({ ...proof, receipts: other.receipts })).toBe('other_conversation');
    expect(proofFault({ ...proof, notices: [] })).toBe('missing_notice');
    expect(proofFault({ ...proof, builds: [] })).toBe('missing_build');
    expect(proofFault({ ...proof, keys: [] })).toBe('unknown_key');
    // Somebody's own key under the name of the relay's.
    const { publicKey } = generateKeyPairSync('ed25519');
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(proofFault({ ...proof, keys: proof.keys.map(({ kid }) => ({ kid, publicKey: pem })) })).toBe('forged_key');
    expect(proofFault({ ...proof, keys: [{ kid: 'x', publicKey: 'no key' }] })).toBe('forged_key');
    expect(proofFault(proof, new Map())).toBe('unknown_key');
    expect(proofFault({ ...proof, notices: [{ hash: 'x', doc: {} }] })).toBe('altered_notice');
    expect(proofFault({ ...proof, receipts: proof.receipts.map((one) => ({ ...one, service: 'x' })) })).toBe('forged_receipt');
    expect(proofFault({ ...proof, schema: 'another' })).toBe('no_proof');
  });

  it('of nobody is none', async () => {
    const none = await runCli(['proof', newId()], { PARLEY_DATA: relay.dataDir });
    expect(none).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('There is no conversation') });
  });
});

describe('what proof and identifiers ask for', () => {
  it('[PR-41] a chat without a name, an address of mail or a page gives a proof that holds', async () => {
    const request = startRequestFrom(await frameBoot(relay), { name: null, email: null, page: null, clientTime: null });
    expect((await postStart(relay, request)).status).toBe(200);
    const proof = await proofOf(relay.ctx, request.conversationId);
    expect(proofFault(proof)).toBeNull();
    expect(proof.receipts[0]?.subject_id).toMatch(/^s_[\w-]{22}$/);
  });

  it('[PR-23] one browser at two sites is two visitors who have nothing in common', async () => {
    const demo = await relay.ctx.store.read.siteByKey('demo');
    await relay.ctx.store.write(async (tx) => {
      if (!demo) throw new Error('no demo site');
      await tx.upsertSite({ ...demo, id: 'site_second', key: 'second' });
      await publishNotice(tx, 'site_second', { ...noticeWithThirdParty(), version: 3 }, Date.now());
    });
    const first = await startVisitor(relay);
    await post(relay, '/api/consents/decide', decisionOf(first, { granted: true }));
    const notice = await relay.ctx.store.read.noticeInForce('site_second', 'en');
    if (!notice) throw new Error('no notice');
    const request = { ...startRequestFrom(await frameBoot(relay)), site: 'second', noticeHash: notice.hash };
    const reply = await postStart(relay, request, { cookie: `${CHAT_COOKIE}=${first.session}` });
    expect([reply.status, reply.body.joined]).toEqual([200, false]);
    const [one, two] = await Promise.all([proofOf(relay.ctx, first.conversationId), proofOf(relay.ctx, request.conversationId)]);
    expect(two.receipts[0]?.subject_id).not.toBe(one.receipts[0]?.subject_id);
  });
});
