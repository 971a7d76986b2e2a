import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { visitorSocket } from '../../support/sockets.ts';
import { seeded } from './random.ts';
import { startRelayUnder } from './relay-under.ts';
import { type Act, readTrace, strace } from './strace.ts';
import { type History, type Load, sendAsVisitor, type Talk, work } from './workload.ts';

export interface Recording {
  /** The folder in which the relay makes its data folder; it was there before. */
  root: string;
  /** The data folder's name in it. */
  data: string;
  acts: Act[];
  /** The act with which each life of the relay begins. */
  lives: number[];
  history: History;
}

export interface RecordOptions {
  seed: number;
  load: Load;
  /** Statements for the writing connection: how the store is opened otherwise than the product opens it. */
  sql?: string;
  /** Kills the relay as it begins this many syncs, starts it again on the same data and sends again what is in doubt. */
  killAtSync?: number;
}

const DATA = 'data';

/** Runs the relay under strace through a load and a clean stop, and gives what it did. */
export async function record({ seed, load, sql, killAtSync }: RecordOptions): Promise<Recording> {
  const root = mkdtempSync(join(tmpdir(), 'parley-disk-'));
  const traces = mkdtempSync(join(tmpdir(), 'parley-trace-'));
  const recording: Recording = { root, data: DATA, acts: [], lives: [], history: new Map() };
  const { history } = recording;
  const random = seeded(seed);
  const life = async (inject: string | undefined, live: (origin: string) => Promise<void>): Promise<number | null> => {
    const trace = join(traces, `${recording.lives.length}`);
    const under = strace(trace, inject);
    const relay = await startRelayUnder({ dataDir: join(root, DATA), under, ...(sql !== undefined && { sql }) });
    try {
      await live(relay.origin);
      await relay.stop();
    } finally {
      await relay.kill();
    }
    recording.lives.push(recording.acts.length);
    recording.acts.push(...(await readTrace(trace, root)));
    return relay.finished;
  };
  try {
    const talks: Talk[] = [];
    if (killAtSync !== undefined) {
      const code = await life(`fsync:signal=SIGKILL:when=${killAtSync}`, async (origin) => {
        talks.push(...(await work({ origin }, history, random, load)).talks);
      });
      if (code !== null) throw new Error(`the relay was to be killed at sync ${killAtSync} and ended with ${code}`);
    }
    await life(undefined, async (origin) => {
      for (const talk of talks) await sendAgain(origin, history, talk);
      const { failed } = await work({ origin }, history, random, load);
      if (failed.length > 0) throw failed[0];
    });
    return recording;
  } finally {
    rmSync(root, { recursive: true, force: true });
    rmSync(traces, { recursive: true, force: true });
  }
}

/** What was in doubt goes out under the same ids, as the outbox sends it. */
async function sendAgain(origin: string, history: History, talk: Talk): Promise<void> {
  const doubtful = [...history.values()].filter(
    ({ kind, conversationId, acked }) => kind === 'message' && conversationId === talk.conversationId && !acked,
  );
  if (doubtful.length === 0) return;
  const socket = await visitorSocket({ origin }, { auth: { session: talk.session } });
  for (const { id, body } of doubtful) await sendAsVisitor(socket, history, talk, body, id);
  socket.close();
}
