import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAssets } from '../../server/assets.ts';
import { openEvent } from '../../server/ledger/ledger.ts';
import { pinLoader } from '../../server/sites/pinned.ts';
import type { SiteRow } from '../../server/store/rows.ts';
import { visitorKeys } from '../../server/visitors/keys.ts';
import { nextRelease } from '../support/next-release.ts';
import { newDataDir, startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { frameBoot, postStart, startRequestFrom, startVisitor } from '../support/visitor.ts';

const page = async (relay: TestRelay, path: string) => {
  const response = await fetch(`${relay.origin}${path}`);
  return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
};

describe('a release', () => {
  const dataDir = newDataDir();
  const folder = mkdtempSync(join(tmpdir(), 'parley-next-'));
  const before = loadAssets();
  let relay: TestRelay;

  beforeAll(async () => {
    relay = await startTestRelay({ dataDir });
  });
  afterAll(async () => {
    await relay.close();
    rmSync(dataDir, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  });

  it('[PR-39] is kept whole under the hash that its consent events name', async () => {
    const visitor = await startVisitor(relay);
    const [event] = await relay.ctx.store.read.consentEventsOf(visitor.conversationId);
    expect(event).toBeDefined();
    const release = await relay.ctx.store.read.release(before.widgetBuild);
    expect(Object.keys(release?.files ?? {}).sort()).toEqual(before.widgetFiles.toSorted());
    for (const [name, kept] of Object.entries(release?.files ?? {})) {
      const body = await relay.ctx.store.read.releaseFile(kept);
      expect(body && Buffer.from(body).equals(readFileSync(join(before.widgetDir, name))), name).toBe(true);
    }
  });

  it('[PR-39] stays served after the next one, so that an open tab goes on, and its acts are its own', async () => {
    await relay.close();
    relay = await startTestRelay({ dataDir, overrides: { assets: nextRelease(folder) } });
    expect((await page(relay, '/s/demo.js')).body.toString()).toContain('host-nextnext.js');
    for (const name of before.widgetFiles.filter((one) => one.startsWith('assets/'))) {
      const { status, headers, body } = await page(relay, `/w/${name}`);
      expect(status, name).toBe(200);
      expect(body.equals(readFileSync(join(before.widgetDir, name))), name).toBe(true);
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    }
    // What is decided in such a tab is recorded under the build that drew it; what was never built, under this one.
    const builds = [before.chatModule, undefined, '/w/assets/chat-unknown1.js'];
    const recorded: string[] = [];
    for (const build of builds) {
      const request = { ...startRequestFrom(await frameBoot(relay)), ...(build && { build }) };
      expect((await postStart(relay, request)).status).toBe(200);
      const rows = await relay.ctx.store.read.consentEventsOf(request.conversationId);
      const keys = await visitorKeys(relay.ctx, relay.ctx.store.read, rows[0]?.visitorId ?? '');
      recorded.push(...rows.map((row) => openEvent(keys, row).event.ui_build_hash));
    }
    const now = relay.ctx.assets.widgetBuild;
    expect(recorded).toEqual([before.widgetBuild, before.widgetBuild, now, now, now, now]);
    for (const path of ['/w/assets/chat-unknown1.js', '/w/assets/../frame.html', '/w/assets/%2e%2e/loader.js'])
      expect((await page(relay, path)).status, path).toBe(404);
  });
});

describe('a pinned loader', () => {
  let relay: TestRelay;
  let site: SiteRow;

  beforeAll(async () => {
    relay = await startTestRelay();
    site = (await relay.ctx.store.read.siteByKey('demo')) as SiteRow;
  });
  afterAll(() => relay?.close());

  it('[PR-27] is the same bytes for ever, whatever becomes of the site, with their checksum', async () => {
    const { path, integrity } = await pinLoader(relay.ctx, site);
    const first = await page(relay, path);
    expect(first.body.equals((await page(relay, '/s/demo.js')).body)).toBe(true);
    expect(integrity).toBe(`sha384-${createHash('sha384').update(first.body).digest('base64')}`);
    const changed = { ...site, settings: { ...site.settings, colour: '#803040' } };
    await relay.ctx.store.write((tx) => tx.upsertSite(changed));
    expect((await page(relay, '/s/demo.js')).body.equals(first.body)).toBe(false);
    const again = await page(relay, path);
    expect(again.body.equals(first.body)).toBe(true);
    expect(again.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    // A script with a checksum is fetched under CORS.
    expect(again.headers.get('access-control-allow-origin')).toBe('*');
    expect((await pinLoader(relay.ctx, changed)).path).not.toBe(path);
  });

  it.each(['/s/demo.0123456789abcdef.js', '/s/demo.0123.js', '/s/other.js', '/s/demo.js.js'])(
    'is not guessed at %s',
    async (path) => {
      expect((await page(relay, path)).status).toBe(404);
    },
  );
});
