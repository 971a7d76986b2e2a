import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { History } from '../../faults/support/history.ts';
import { Judge, requireSound, type Verdict } from '../../faults/support/judge.ts';
import type { LoadQuestion, LoadReport, Sent } from './generator.ts';
import { type Actor, startActor } from './processes.ts';
import type { RelayQuestion, Seats, StoredMessage } from './seats.ts';

export type RelayActor = Actor<RelayQuestion, Seats | StoredMessage[] | null>;
export type Generator = Actor<LoadQuestion, LoadReport | Sent[] | null>;

/** One relay under test. */
export interface Variant {
  name: string;
  file: string;
  env: Record<string, string>;
  /** Does it store what it acknowledges? */
  stores: boolean;
}

export const BASELINE: Variant = { name: 'bare Socket.IO, nothing stored', file: 'baseline.ts', env: {}, stores: false };
export const ON_SQLITE: Variant = { name: 'Parley on SQLite', file: 'product.ts', env: {}, stores: true };

/** On a database of its own. Two relays on one database share the master key. */
export async function onPostgres(server: string): Promise<Variant> {
  const url = await newDatabase(server);
  const env = { BENCH_DATABASE_URL: url, PARLEY_MASTER_KEY: randomBytes(32).toString('base64') };
  return { name: 'Parley on PostgreSQL', file: 'product.ts', env, stores: true };
}

async function newDatabase(server: string): Promise<string> {
  const name = `parley_bench_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

const RELAY_CORE = 0;
const LOAD_CORE = 1;

export const startRelayOf = (variant: Variant): RelayActor => startActor(variant.file, RELAY_CORE, variant.env);
export const startGenerator = (): Generator => startActor('generator.ts', LOAD_CORE);

export async function seat(relay: RelayActor, visitors: number, agents: number): Promise<Seats> {
  return (await relay.ask({ kind: 'open', visitors, agents })) as Seats;
}

export async function load(generator: Generator, question: LoadQuestion): Promise<LoadReport> {
  return (await generator.ask(question)) as LoadReport;
}

/**
 * Ends a load run: what was sent, acknowledged and delivered against what the store holds.
 * @throws with the first faults when something was lost, doubled, moved or put out of order.
 */
export async function judge(variant: Variant, relay: RelayActor, generator: Generator): Promise<Verdict | null> {
  const sent = (await generator.ask({ kind: 'history' })) as Sent[];
  const unanswered = sent.filter(({ ackedSeq, deliveries }) => ackedSeq === 0 || deliveries !== 1);
  if (unanswered.length > 0)
    throw new Error(`${variant.name}: ${unanswered.length} of ${sent.length} sends had no answer, or not one delivery`);
  if (!variant.stores) return null;
  const history = new History();
  const stored = (await relay.ask({ kind: 'read' })) as StoredMessage[];
  for (const one of stored.filter(({ seq }) => seq === 1)) {
    history.invoke({ ...one, conversation: one.conversationId, author: 'visitor' });
    history.ok(one.id, 1);
  }
  for (const { id, conversationId, author, body } of sent) history.invoke({ id, conversation: conversationId, author, body });
  for (const { id, ackedSeq, deliveredSeq } of sent) {
    history.ok(id, ackedSeq);
    history.saw('the other side', id, deliveredSeq);
  }
  const court = new Judge(history);
  for (const [conversation, messages] of byConversation(stored)) court.read({ reader: 'the store', conversation, messages });
  return requireSound(court.verdict(), variant.name);
}

function byConversation(stored: StoredMessage[]): Map<string, StoredMessage[]> {
  const rooms = new Map<string, StoredMessage[]>();
  for (const one of stored) {
    const room = rooms.get(one.conversationId);
    if (room) room.push(one);
    else rooms.set(one.conversationId, [one]);
  }
  return rooms;
}
