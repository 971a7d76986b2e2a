import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { verifyLedger } from '../../server/ledger/verify.ts';
import { newId } from '../../shared/ids.ts';
import { connectAgent } from '../support/agent.ts';
import { type CliProcess, runCli, startRelayProcess } from '../support/cli.ts';
import { dumpTables } from '../support/database.ts';
import { post } from '../support/http.ts';
import { freePort } from '../support/ports.ts';
import { askAsAgent, askAsVisitor, dataOf, visitorSocket } from '../support/sockets.ts';
import { newDataDir, OWNER, startTestRelay } from '../support/start-relay.ts';
import { postStart, startRequestFor, startVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

const folders: string[] = [];
const processes: CliProcess[] = [];

function dataDir(): string {
  const folder = newDataDir();
  folders.push(folder);
  return folder;
}

async function relayProcess(port: number, folder: string): Promise<CliProcess & { origin: string }> {
  const relay = await startRelayProcess(port, {
    PARLEY_DATA: folder,
    PARLEY_OWNER_EMAIL: OWNER.email,
    PARLEY_OWNER_PASSWORD: OWNER.password,
  });
  processes.push(relay);
  return relay;
}

afterEach(() => {
  for (const { child } of processes.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

describe('a restart', () => {
  it('keeps everything: conversations, consents, sessions, keys, agents and the ledger', async () => {
    const folder = dataDir();
    const env = { PORT: String(await freePort()) };
    const first = await startTestRelay({ dataDir: folder, env });
    const visitor = await startVisitor(first);
    const agent = await connectAgent(first);
    dataOf(
      await askAsAgent(agent.socket, 'message:send', {
        conversationId: visitor.conversationId,
        id: newId(),
        body: 'Before the restart',
      }),
    );
    const card = dataOf(await askAsAgent(agent.socket, 'consent:card', { conversationId: visitor.conversationId }));
    agent.socket.close();
    await first.close();
    const rows = dumpTables(first);

    const second = await startTestRelay({ dataDir: folder, env });
    expect(dumpTables(second)).toEqual(rows);
    const socket = await visitorSocket(second, { auth: { session: visitor.session } });
    const sync = dataOf(await askAsVisitor(socket, 'conversation:sync', { afterSeq: 0 }));
    expect(sync.messages.map(({ body }) => body)).toEqual([visitor.request.message.body, 'Before the restart']);
    expect(sync.consents).toEqual(visitor.started.consents);
    const back = await connectAgent(second);
    expect(dataOf(await askAsAgent(back.socket, 'consent:card', { conversationId: visitor.conversationId }))).toEqual(card);
    const again = await postStart(second, visitor.request);
    expect([again.status, again.body.messages.length]).toEqual([200, 2]);
    const site = await second.ctx.store.read.siteByKey('demo');
    expect(await verifyLedger(second.ctx.store.read, second.ctx.vault, site?.id ?? '')).toMatchObject({ fault: null, events: 2 });
    socket.close();
    back.socket.close();
    await second.close();
  });

  it('closes the sockets so that clients come back by themselves', async () => {
    const relay = await startTestRelay();
    const visitor = await startVisitor(relay);
    const socket = await visitor.connect();
    const reasons: string[] = [];
    socket.on('disconnect', (reason) => reasons.push(reason));
    await relay.close();
    await waitFor(() => reasons.length, 'the socket to be closed');
    // "io server disconnect" would mean: do not come back.
    expect(reasons).toEqual(['transport close']);
  });
});

describe('a kill without warning', () => {
  it('loses no acknowledged message and doubles none, round after round', async () => {
    const folder = dataDir();
    const port = await freePort();
    let relay = await relayProcess(port, folder);
    const visitor = await startVisitor(relay);
    const acknowledged = new Map<string, { seq: number; body: string }>();
    const unknown = new Map<string, string>();

    for (let round = 0; round < 5; round++) {
      const socket = await visitorSocket(relay, { auth: { session: visitor.session } });
      // Together they stay under the product's own limit of commands. What was in doubt is sent again under the same id, as the outbox does.
      const doubtful = [...unknown].map(([id, body]) => ({ id, body }));
      const fresh = Array.from({ length: 120 }, (_, at) => ({ id: newId(), body: `round ${round}, line ${at}` }));
      const killAfter = 20 + round * 20;
      let acks = 0;
      const sends = [...doubtful, ...fresh].map(async (draft) => {
        unknown.set(draft.id, draft.body);
        const answer = await askAsVisitor(socket, 'message:send', draft);
        const message = dataOf(answer);
        unknown.delete(draft.id);
        acknowledged.set(draft.id, { seq: message.seq, body: message.body });
        if (++acks === killAfter) relay.child.kill('SIGKILL');
      });
      socket.on('disconnect', () => socket.close());
      await Promise.race([Promise.allSettled(sends), relay.finished]);
      await relay.finished;
      socket.close();
      relay = await relayProcess(port, folder);
    }

    const socket = await visitorSocket(relay, { auth: { session: visitor.session } });
    for (const [id, body] of unknown) dataOf(await askAsVisitor(socket, 'message:send', { id, body }));
    const kept: { id: string; seq: number; body: string }[] = [];
    for (let more = true; more; ) {
      const page = dataOf(await askAsVisitor(socket, 'conversation:sync', { afterSeq: kept.at(-1)?.seq ?? 0 }));
      kept.push(...page.messages);
      more = page.more;
    }
    const byId = new Map(kept.map((message) => [message.id, message]));
    expect(byId.size).toBe(kept.length);
    expect(kept.map(({ seq }) => seq)).toEqual(Array.from({ length: kept.length }, (_, at) => at + 1));
    expect(acknowledged.size).toBeGreaterThan(100);
    const lost = [...acknowledged].filter(([id, { seq, body }]) => byId.get(id)?.seq !== seq || byId.get(id)?.body !== body);
    expect(lost).toEqual([]);
    expect(kept).toHaveLength(1 + 5 * 120);
    socket.close();
    relay.child.kill('SIGTERM');
    await relay.finished;
    const verified = await runCli(['verify'], { PARLEY_DATA: folder });
    expect([verified.status, verified.stdout]).toEqual([
      0,
      expect.stringContaining('demo: whole. 2 entries, 2 events, 0 erased,'),
    ]);
  }, 120_000);

  it('in the middle of a start leaves all of it or nothing, and the repeat gives the one conversation', async () => {
    const folder = dataDir();
    const port = await freePort();
    let relay = await relayProcess(port, folder);
    // Under the product's own limit of starts from one address.
    const requests = await Promise.all(Array.from({ length: 25 }, () => startRequestFor(relay)));
    let done = 0;
    const killed = relay;
    await Promise.allSettled(
      requests.map(async (request) => {
        await postStart(killed, request);
        if (++done === 7) killed.child.kill('SIGKILL');
      }),
    );
    await killed.finished;
    const {
      conversation = [],
      message = [],
      session = [],
      consent_event: events = [],
      ledger_entry: entries = [],
    } = dumpTables({ dataDir: folder });
    expect(message).toHaveLength(conversation.length);
    expect(session).toHaveLength(conversation.length);
    expect(events).toHaveLength(2 * conversation.length);
    expect(entries).toHaveLength(2 * conversation.length);
    relay = await relayProcess(port, folder);
    const replies = await Promise.all(requests.map((request) => postStart(relay, request)));
    expect(replies.map(({ status, body }) => [status, body.messages?.length])).toEqual(requests.map(() => [200, 1]));
    relay.child.kill('SIGTERM');
    await relay.finished;
    expect((await runCli(['verify'], { PARLEY_DATA: folder })).stdout).toContain('demo: whole. 50 entries, 50 events');
  }, 90_000);
});

describe('SIGTERM', () => {
  it('finishes what was begun, and ends within ten seconds with 0', async () => {
    const folder = dataDir();
    const relay = await relayProcess(await freePort(), folder);
    const visitor = await startVisitor(relay);
    const socket = await visitorSocket(relay, { auth: { session: visitor.session } });
    const acknowledged: string[] = [];
    const sends = Array.from({ length: 100 }, (_, at) =>
      askAsVisitor(socket, 'message:send', { id: newId(), body: `Line ${at}` }).then((answer) =>
        acknowledged.push(dataOf(answer).id),
      ),
    );
    await Promise.any(sends);
    const told = performance.now();
    relay.child.kill('SIGTERM');
    const { status } = await relay.finished;
    expect(status).toBe(0);
    expect(performance.now() - told).toBeLessThan(10_000);
    socket.close();
    const kept = new Set((dumpTables({ dataDir: folder }).message ?? []).map((row) => (row as { id: string }).id));
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
    // Sends that will never be answered must not outlive the test.
    await Promise.race([Promise.allSettled(sends), Promise.resolve()]);
  }, 60_000);
});

describe('the start', () => {
  it('names what is wrong in one line, and ends with 1', async () => {
    const folder = dataDir();
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const keyIsFolder = dataDir();
    mkdirSync(join(keyIsFolder, 'master.key'));
    const wrong: [Record<string, string>, string][] = [
      [{ PORT: 'eighty' }, 'PORT'],
      [{ PORT: '70000' }, 'PORT'],
      [{ PARLEY_PUBLIC_URL: 'http://chat.example.com' }, 'PARLEY_PUBLIC_URL'],
      [{ PARLEY_PUBLIC_URL: 'https://chat.example.com/path' }, 'PARLEY_PUBLIC_URL'],
      [{ PARLEY_MASTER_KEY: 'short' }, 'PARLEY_MASTER_KEY'],
      [{ PARLEY_TRUST_PROXY: 'yes' }, 'PARLEY_TRUST_PROXY'],
      [{ PARLEY_OWNER_EMAIL: 'a@b.ie' }, 'PARLEY_OWNER_PASSWORD'],
      [{ DATABASE_URL: 'mysql://x' }, 'DATABASE_URL'],
      [{ PARLEY_OWNER_EMAIL: 'a@b.ie', PARLEY_OWNER_PASSWORD: 'a'.repeat(16) }, 'PARLEY_OWNER_PASSWORD'],
      [{ HOST: 'nowhere.invalid' }, 'HOST'],
      [{ PARLEY_DATA: file }, 'PARLEY_DATA'],
      [{ PARLEY_DATA: join(file, 'under') }, 'PARLEY_DATA'],
      [{ PARLEY_DATA: keyIsFolder }, 'PARLEY_DATA'],
    ];
    const runs = await Promise.all(
      wrong.map(([env]) => runCli(['start'], { PARLEY_DATA: folder, PORT: '0', PARLEY_LOG: 'silent', ...env })),
    );
    for (const [at, run] of runs.entries()) {
      expect([run.status, run.stdout]).toEqual([1, '']);
      expect(run.stderr.trim().split('\n')).toHaveLength(1);
      expect(run.stderr).toContain(wrong[at]?.[1]);
    }
  }, 60_000);

  it('says which port is taken, where the pages are, and how to sign in the first time', async () => {
    const folder = dataDir();
    const port = await freePort();
    const relay = await startRelayProcess(port, { PARLEY_DATA: folder });
    processes.push(relay);
    expect(relay.output.stdout).toContain(`http://127.0.0.1:${port}/demo`);
    expect(relay.output.stdout).toContain(`http://localhost:${port}/console/`);
    const token = /#setup=([A-Za-z0-9_-]{43})/.exec(relay.output.stdout)?.[1];
    const second = await runCli(['start'], { PARLEY_DATA: dataDir(), PORT: String(port), PARLEY_LOG: 'silent' });
    expect([second.status, second.stderr]).toEqual([1, expect.stringContaining(String(port))]);
    const made = await post(relay, '/api/agent/setup', {
      token,
      name: 'Maeve',
      email: 'maeve@northwind.example',
      password: 'a shelf of old atlases',
    });
    expect(made.status).toBe(200);
  });

  it('refuses a second relay on the same data folder', async () => {
    const folder = dataDir();
    await relayProcess(await freePort(), folder);
    const second = await runCli(['start'], { PARLEY_DATA: folder, PORT: '0', PARLEY_LOG: 'silent' });
    expect(second.status).toBe(1);
    expect(second.stderr.trim().split('\n')).toHaveLength(1);
  });
});
