import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { indexMissing, loadBlindIndex } from '../../server/requests/email-index.ts';
import { DEMO_SITE_ID } from '../../server/sites/demo-site.ts';
import { dumpTables, textsOnDisk } from '../support/database.ts';
import { createDatabase } from '../support/postgres.ts';
import { newDataDir, startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { startVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

const EMAIL = 'canary.index@example.ie';
const withEmail = ({ ctx }: TestRelay, email: string, site = DEMO_SITE_ID) =>
  ctx.store.read.emails.withDigest(ctx.emails.digest(site, email));

describe('the blind index of addresses (PR-52)', () => {
  let dataDir: string;
  let relay: TestRelay;

  beforeEach(async () => {
    dataDir = newDataDir();
    relay = await startTestRelay({ dataDir });
  });
  afterEach(async () => {
    await relay.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  async function again(): Promise<void> {
    await relay.close();
    relay = await startTestRelay({ dataDir });
  }

  it('finds by an address however it is written, holds no address, and tells two sites apart', async () => {
    await startVisitor(relay, { email: EMAIL });
    for (const written of [EMAIL, ` ${EMAIL.toUpperCase()} `, EMAIL.normalize('NFD')])
      expect([written, (await withEmail(relay, written)).length]).toEqual([written, 1]);
    expect(await withEmail(relay, 'canary.inde@example.ie')).toEqual([]);
    expect(relay.ctx.emails.digest('another', EMAIL)).not.toBe(relay.ctx.emails.digest(DEMO_SITE_ID, EMAIL));
    const [row] = dumpTables(relay).email_index as { digest: string }[];
    // 256 bits: nothing of the address is in it, and without the key nobody can try addresses.
    expect(row?.digest).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(textsOnDisk(relay, [EMAIL])).toEqual([]);
  });

  it('has no row where there was nothing to index, and an empty one where the form has no address', async () => {
    await startVisitor(relay, { name: null, email: null });
    expect(dumpTables(relay).email_index).toEqual([]);
    await startVisitor(relay, { name: 'Aoife', email: null });
    expect(dumpTables(relay).email_index).toEqual([expect.objectContaining({ digest: null })]);
    expect(await indexMissing(relay.ctx)).toBe(0);
  });

  it('keeps its key over a start, and indexes then what is not indexed: from before, or after a restore', async () => {
    await startVisitor(relay, { email: EMAIL });
    const digest = relay.ctx.emails.digest(DEMO_SITE_ID, EMAIL);
    await again();
    expect(relay.ctx.emails.digest(DEMO_SITE_ID, EMAIL)).toBe(digest);
    // A backup has neither the index nor, after a while, its key.
    await relay.ctx.store.write((tx) => tx.emails.forgetKey('email_index'));
    expect(dumpTables(relay).email_index).toEqual([]);
    await again();
    expect(relay.ctx.emails.digest(DEMO_SITE_ID, EMAIL)).not.toBe(digest);
    await waitFor(async () => (await withEmail(relay, EMAIL)).length === 1, 'the address to be indexed');
  });

  it('does not stand on the master key: what wraps its key can be wrapped anew as every other', async () => {
    const rows = await relay.ctx.store.read.dataKeysOf('email_index');
    expect(rows.map((row) => row.class)).toEqual(['form']);
    const sealed = dumpTables(relay).email_index_key as { key_sealed: Buffer }[];
    expect(sealed).toHaveLength(1);
    const loaded = await loadBlindIndex(relay.ctx.store, relay.ctx.vault, Date.now());
    expect(loaded.digest('a', 'b')).toBe(relay.ctx.emails.digest('a', 'b'));
  });

  it('lets go of an address whose form is gone', async () => {
    const { conversationId } = await startVisitor(relay, { email: EMAIL });
    const row = await relay.ctx.store.read.conversation(conversationId);
    await relay.ctx.store.write((tx) => tx.updateVisitorForm(row?.visitorId ?? '', null));
    await indexMissing(relay.ctx);
    expect(dumpTables(relay).email_index).toEqual([]);
  });
});

it('[PR-52] works on PostgreSQL, where two relays that start at once make one key', async () => {
  const database = await createDatabase();
  const env = { DATABASE_URL: database.url, PARLEY_MASTER_KEY: 'ab'.repeat(32) };
  const first = await startTestRelay({ env });
  try {
    await first.ctx.store.write((tx) => tx.emails.forgetKey('email_index'));
    const { store, vault } = first.ctx;
    const [one, other] = await Promise.all([loadBlindIndex(store, vault, 1), loadBlindIndex(store, vault, 1)]);
    const last = await loadBlindIndex(store, vault, 1);
    expect([one?.digest('a', EMAIL), other?.digest('a', EMAIL)]).toEqual([last.digest('a', EMAIL), last.digest('a', EMAIL)]);
    await startVisitor(first, { email: EMAIL });
  } finally {
    await first.close();
    await database.drop();
  }
});
