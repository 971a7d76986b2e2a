import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../server/store/index.ts';
import { type Store, StoreUnavailable } from '../../server/store/store.ts';
import { newId } from '../../shared/ids.ts';
import { connectAgent, type TestAgent } from '../support/agent.ts';
import { askAsAgent, askAsVisitor, dataOf, type VisitorSocket } from '../support/sockets.ts';
import { newDataDir, startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { postStart, startRequestFor, startVisitor, type TestVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

type Line = { level: string; msg: string; requestId?: string; requestIds?: string[]; command?: string };

const dataDir = newDataDir();
/** Set, the store answers nothing that the list asks. */
let failing = false;
let relay: TestRelay;
let agent: TestAgent;
let visitor: TestVisitor;
let socket: VisitorSocket;

/** The real store, with one read that can be made to fail. */
async function breakable(): Promise<Store> {
  const store = await openStore({ kind: 'sqlite', file: join(dataDir, 'parley.sqlite') });
  const read = new Proxy(store.read, {
    get(target, name) {
      if (name === 'inboxRow' && failing) return () => Promise.reject(new StoreUnavailable('made to fail'));
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { ...store, read };
}

beforeAll(async () => {
  relay = await startTestRelay({ dataDir, overrides: { store: await breakable() } });
  agent = await connectAgent(relay);
  visitor = await startVisitor(relay);
  socket = await visitor.connect();
});
afterAll(async () => {
  socket?.close();
  agent?.socket.close();
  await relay?.close();
});

const linesSince = (from: number): Line[] => relay.logs.slice(from).map((line) => JSON.parse(line) as Line);

/** What is logged of a message until it is answered and told. */
async function wayOf(send: () => Promise<unknown>): Promise<Line[]> {
  const from = relay.logs.length;
  await send();
  return waitFor(() => {
    const told = linesSince(from).find((line) => line.msg === 'message told');
    const way = linesSince(from).filter((line) => told && line.requestId === told.requestId);
    return way.some((line) => ['command', 'request'].includes(line.msg)) && way;
  }, 'a message’s way in the log');
}

describe('one request id', () => {
  it('goes a message’s whole way: edge, rule, world', async () => {
    const { conversationId } = visitor;
    const ways = [
      await wayOf(async () => dataOf(await askAsVisitor(socket, 'message:send', { id: newId(), body: 'A question' }))),
      await wayOf(async () =>
        dataOf(await askAsAgent(agent.socket, 'message:send', { conversationId, id: newId(), body: 'An answer' })),
      ),
    ];
    for (const way of ways) {
      expect(way.map(({ level, msg }) => [level, msg])).toEqual([
        ['debug', 'message stored'],
        ['debug', 'message told'],
        ['debug', 'command'],
      ]);
    }
    expect(ways[0]?.[0]?.requestId).toMatch(new RegExp(`^${socket.id}\\.\\d+$`));
    expect(ways[0]?.[0]?.requestId).not.toBe(ways[1]?.[0]?.requestId);
  });

  it('of an HTTP answer stands in the lines of the first message', async () => {
    const request = await startRequestFor(relay);
    let answered: string | null = null;
    const way = await wayOf(async () => {
      answered = (await postStart(relay, request)).headers.get('x-request-id');
    });
    expect(way.map(({ msg }) => msg)).toEqual(['message stored', 'message told', 'request']);
    expect(new Set(way.map(({ requestId }) => requestId))).toEqual(new Set([answered]));
  });

  it('stands in the warning of a fact that was not told', async () => {
    failing = true;
    try {
      const way = await wayOf(async () => dataOf(await askAsVisitor(socket, 'message:send', { id: newId(), body: 'Unlisted' })));
      const { requestId } = way[0] ?? {};
      const warning = await waitFor(
        () => linesSince(0).find(({ msg, requestIds }) => msg === 'fact not told' && requestIds?.includes(`${requestId}`)),
        'the warning of the list that was not told',
      );
      expect(warning.level).toBe('warn');
    } finally {
      failing = false;
    }
  });

  it('costs no line per message at the level that operators run', async () => {
    const quiet = linesSince(0).filter(({ level, msg }) => level !== 'debug' && /^(message|command)/.test(msg));
    expect(quiet).toEqual([]);
  });
});
