import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordAct } from '../../server/audit/act.ts';
import type { CopiedEntry } from '../../server/audit/copy.ts';
import { commitAct } from '../../shared/audit-entry.ts';
import { checkLink, GENESIS, type Hash, type Head } from '../../shared/ledger.ts';
import { MINUTE } from '../../shared/limits.ts';
import { connectAgent } from '../support/agent.ts';
import { runCli } from '../support/cli.ts';
import { askAsAgent, dataOf } from '../support/sockets.ts';
import { newDataDir, type TestRelay, testRelays } from '../support/start-relay.ts';
import { startVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

let dataDir: string;
let file: string;
let place: Server | null = null;
const relays = testRelays();

beforeEach(() => {
  dataDir = newDataDir();
  file = join(dataDir, 'audit.jsonl');
});
afterEach(async () => {
  await relays.close();
  place?.close();
  place = null;
  rmSync(dataDir, { recursive: true, force: true });
});

function start(env: Record<string, string>): Promise<TestRelay> {
  return relays.start({ dataDir, env });
}

async function acts(relay: TestRelay, count: number): Promise<void> {
  for (let at = 0; at < count; at++)
    await relay.ctx.store.write((tx) =>
      recordAct(tx, { actor: { kind: 'relay' }, action: 'inbox.listed', object: 'x' }, Date.now()),
    );
}

const inFile = (): CopiedEntry[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as CopiedEntry);
const seqs = (entries: CopiedEntry[]): number[] => entries.map(({ entry }) => entry.seq);
const oneTo = (last: number): number[] => Array.from({ length: last }, (_, at) => at + 1);
const headOf = async (relay: TestRelay): Promise<number> => (await relay.ctx.store.read.auditChain.head()).seq;
const isInFile = (last: number) =>
  waitFor(() => existsSync(file) && inFile().at(-1)?.entry.seq === last, `entry ${last} in the file`);

const hash: Hash = (bytes) => createHash('sha256').update(bytes).digest();

/** What whoever keeps a copy can check of it, without this relay. */
function expectWhole(entries: CopiedEntry[]): void {
  let head: Head = GENESIS;
  for (const { entry, act, salt } of entries) {
    const { hash: own, ...plain } = entry;
    expect(checkLink(hash, head, plain, own)).toBeNull();
    if (act) expect(commitAct(hash, Buffer.from(salt ?? '', 'hex'), act)).toBe(entry.commitment);
    head = { seq: entry.seq, hash: own };
  }
}

/** A place that takes what is posted, or answers as it is told. */
async function takesPosts(
  answer: (posted: number) => number,
): Promise<{ url: string; came: CopiedEntry[][]; taken: CopiedEntry[] }> {
  const seen = { came: [] as CopiedEntry[][], taken: [] as CopiedEntry[] };
  const server = createServer((req, res) => {
    let body = '';
    req.on('data', (chunk) => (body += chunk));
    req.on('end', () => {
      const { entries } = JSON.parse(body) as { entries: CopiedEntry[] };
      seen.came.push(entries);
      const status = answer(seen.came.length);
      if (status < 300) seen.taken.push(...entries);
      res.writeHead(status).end();
    });
  });
  place = server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(seen, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/audit?key=secret` });
}

describe('a copy of the audit off the host (PR-82)', () => {
  it('in a file has every entry once, in order, over restarts and torn lines, and can be checked by itself', async () => {
    const env = { PARLEY_AUDIT_FILE: file };
    const relay = await start(env);
    await acts(relay, 5);
    const first = await headOf(relay);
    await isInFile(first);
    await relay.close();
    // What a crash leaves of a line.
    appendFileSync(file, '{"schema":"parley-audit-copy/1","entry":{"seq":');
    const again = await start(env);
    await acts(again, 3);
    await isInFile(first + 3);
    expect(seqs(inFile())).toEqual(oneTo(first + 3));
    expectWhole(inFile());
  });

  it('holds who, what and when, and of whom it was done to a salted hash alone', async () => {
    const relay = await start({ PARLEY_AUDIT_FILE: file });
    const agent = await connectAgent(relay);
    const { conversationId } = await startVisitor(relay);
    dataOf(await askAsAgent(agent.socket, 'ip:reveal', { conversationId }));
    agent.socket.close();
    const [line] = await relay.ctx.store.read.audit.of(conversationId);
    await isInFile(await headOf(relay));
    const look = inFile().find(({ act }) => act?.action === 'ip.reveal');
    expect(look?.act).toMatchObject({ actor: 'agent', agent_id: agent.me.id, object: line?.objectHash, session: line?.session });
    const text = readFileSync(file, 'utf8');
    for (const secret of [conversationId, line?.objectSalt ?? '', agent.me.name, agent.me.email])
      expect(text).not.toContain(secret);
  });

  it('at an address is retried until it is taken, and goes on after a restart where it was', async () => {
    const seen = await takesPosts((posted) => (posted === 1 ? 503 : 204));
    const env = { PARLEY_AUDIT_URL: seen.url };
    const relay = await start(env);
    await acts(relay, 250);
    const first = await headOf(relay);
    await waitFor(() => seen.taken.at(-1)?.entry.seq === first, 'all of it');
    expect(seen.came.length).toBeGreaterThan(2);
    await relay.close();
    const again = await start(env);
    await acts(again, 2);
    await waitFor(() => seen.taken.at(-1)?.entry.seq === first + 2, 'what came after the restart');
    expect(seqs(seen.taken)).toEqual(oneTo(first + 2));
    expectWhole(seen.taken);
    expect(again.logs.join('\n') + relay.logs.join('\n')).not.toContain('secret');
  });

  it('that is late is what parley doctor warns of, and one that says something else', async () => {
    const relay = await start({});
    await acts(relay, 2);
    await relay.close();
    const doctor = (env: Record<string, string>) => runCli(['doctor'], { PARLEY_DATA: dataDir, ...env });
    const nowhere = { PARLEY_AUDIT_URL: 'http://127.0.0.1:9/audit?key=secret' };
    expect((await doctor({ PARLEY_AUDIT_FILE: file, ...nowhere })).stdout).not.toMatch(/WRONG {2}audit/);
    const database = new Database(join(dataDir, 'parley.sqlite'));
    database.prepare('update audit set at = at - ?').run(6 * MINUTE);
    database.close();
    const late = await doctor({ PARLEY_AUDIT_FILE: file, ...nowhere });
    expect(late.status).toBe(1);
    expect(late.stdout).toContain(`WRONG  audit: ${file} has it up to entry 0, and the next has waited for 6 minutes.`);
    expect(late.stdout).toContain(
      'WRONG  audit: http://127.0.0.1:9 has it up to entry 0, and the next has waited for 6 minutes.',
    );
    expect(late.stdout).not.toContain('secret');
    writeFileSync(file, `${JSON.stringify({ entry: { seq: 2, hash: 'another' } })}\n`);
    const differs = await doctor({ PARLEY_AUDIT_FILE: file });
    expect(differs.stdout).toContain(`WRONG  audit: entry 2 in ${file} is not in this database.`);
    // And nothing is added behind it.
    const again = await start({ PARLEY_AUDIT_FILE: file });
    await waitFor(() => again.logs.some((line) => line.includes('CopyDiffers')), 'the refusal');
    expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(1);
  });
});
