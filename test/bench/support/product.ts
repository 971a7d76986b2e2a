import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newSecret } from '../../../server/ids.ts';
import type { Relay } from '../../../server/index.ts';
import { bodyPlace, visitorKeys } from '../../../server/visitors/keys.ts';
import { tokenHash } from '../../../server/visitors/sessions.ts';
import { AGENT_COOKIE } from '../../../shared/endpoints.ts';
import { newId } from '../../../shared/ids.ts';
import { DAY } from '../../../shared/limits.ts';
import { seatVisitors, startUnlimited } from './crowd.ts';
import { serveActor } from './processes.ts';
import type { AgentSeat, RelayQuestion, Seats, StoredMessage } from './seats.ts';

/** The product's relay as it is, on a data folder of its own. */
const { BENCH_DATA_DIR, BENCH_DATABASE_URL, PARLEY_MASTER_KEY } = process.env;
const dataDir = BENCH_DATA_DIR ?? mkdtempSync(join(tmpdir(), 'parley-bench-'));
let relay: Relay | undefined;
const conversationIds: string[] = [];

const start = (): Promise<Relay> =>
  startUnlimited({
    PARLEY_DATA: dataDir,
    ...(BENCH_DATABASE_URL && { DATABASE_URL: BENCH_DATABASE_URL }),
    ...(PARLEY_MASTER_KEY && { PARLEY_MASTER_KEY }),
  });

async function seatAgent({ ctx }: Relay, name: string, ids: string[]): Promise<AgentSeat> {
  const id = newId();
  const secret = newSecret();
  const now = Date.now();
  await ctx.store.write(async (tx) => {
    const about = { email: `${id}@bench.example`, passwordHash: 'none', createdAt: now, disabledAt: null };
    await tx.insertAgent({ id, name, role: 'agent', ...about });
    await tx.insertAgentSession({ tokenHash: tokenHash(secret), agentId: id, createdAt: now, seenAt: now, expiresAt: now + DAY });
  });
  return { cookie: `${AGENT_COOKIE}=${secret}`, conversationIds: ids };
}

async function open(visitors: number, agents: number): Promise<Seats> {
  relay ??= await start();
  const running = relay;
  const seated = await seatVisitors(running.ctx, visitors);
  conversationIds.push(...seated.map(({ conversationId }) => conversationId));
  const share = Math.ceil(visitors / Math.max(1, agents));
  const desks = Array.from({ length: agents }, (_, at) => {
    const ids = seated.slice(at * share, (at + 1) * share).map((one) => one.conversationId);
    return seatAgent(running, `Agent ${at + 1}`, ids);
  });
  return { port: running.port, origin: running.origin, visitors: seated, agents: await Promise.all(desks) };
}

async function read({ ctx }: Relay): Promise<StoredMessage[]> {
  const found: StoredMessage[] = [];
  for (const conversationId of conversationIds) {
    const conversation = await ctx.store.read.conversation(conversationId);
    const keys = await visitorKeys(ctx, ctx.store.read, conversation?.visitorId ?? '');
    for (const row of await ctx.store.read.messagesAfter(conversationId, 0, 1_000_000)) {
      const body = keys.openText('messages', bodyPlace(row.id), row.bodySealed);
      found.push({ id: row.id, conversationId, seq: row.seq, author: row.author, body });
    }
  }
  return found;
}

serveActor(async (question: RelayQuestion): Promise<Seats | StoredMessage[] | null> => {
  if (question.kind === 'open') return open(question.visitors, question.agents);
  if (question.kind === 'listen') return open(0, 0);
  if (question.kind === 'read') return relay ? read(relay) : [];
  globalThis.gc?.();
  return null;
});

process.on('SIGTERM', () => {
  void (relay?.close() ?? Promise.resolve()).finally(() => {
    if (!BENCH_DATA_DIR) rmSync(dataDir, { recursive: true, force: true });
    process.exit(0);
  });
});
