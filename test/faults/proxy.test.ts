import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { type FaultProxy, openProxy } from './support/proxy.ts';

/** One end of a line, with what came to it and how it ended. */
interface End {
  socket: Socket;
  heard: string;
  fate: 'open' | 'ended' | string;
}

function watch(socket: Socket): End {
  const end: End = { socket, heard: '', fate: 'open' };
  socket.on('data', (chunk: Buffer) => {
    end.heard += chunk.toString('latin1');
  });
  socket.on('end', () => {
    end.fate = 'ended';
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    end.fate = error.code ?? error.message;
  });
  return end;
}

describe('the fault proxy', () => {
  const relays: End[] = [];
  const clients: End[] = [];
  let server: Server;
  let proxy: FaultProxy;

  beforeEach(async () => {
    server = createServer((socket) => relays.push(watch(socket)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    proxy = await openProxy((server.address() as AddressInfo).port);
  });
  afterEach(async () => {
    await proxy.close();
    for (const { socket } of [...relays.splice(0), ...clients.splice(0)]) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  /** A link with a first word said on it, so that both ends stand. */
  async function link() {
    const before = relays.length;
    const client = watch(connect(proxy.port, '127.0.0.1'));
    clients.push(client);
    client.socket.write('hello');
    await waitFor(() => relays[before]?.heard === 'hello', 'the first word');
    const relay = relays[before];
    const made = proxy.links.at(-1);
    if (!relay || !made) throw new Error('no link');
    relay.socket.write('welcome');
    await waitFor(() => client.heard === 'welcome', 'the answer');
    client.heard = '';
    relay.heard = '';
    return { client, relay, link: made };
  }
  /** What was said before has arrived when this has: one line keeps its order. */
  async function settle(from: End, to: End): Promise<void> {
    from.socket.write('.');
    await waitFor(() => to.heard.endsWith('.'), 'the full stop');
  }

  it('passes on what is said, counts it, and ends one side when the other ends', async () => {
    const { client, relay, link: made } = await link();
    expect(made.passed).toEqual({ up: 5, down: 7 });
    client.socket.end();
    await waitFor(() => relay.fate === 'ended', 'the end at the relay');
    await waitFor(() => client.fate === 'ended', 'the end at the client');
    await waitFor(() => !made.open, 'the link to be gone');
    expect(proxy.links).toEqual([]);
  });

  it('cuts: both ends see an orderly end', async () => {
    const { client, relay, link: made } = await link();
    made.cut();
    await waitFor(() => client.fate !== 'open' && relay.fate !== 'open', 'both ends');
    expect([client.fate, relay.fate]).toEqual(['ended', 'ended']);
    expect(made.open).toBe(false);
  });

  it('resets: both ends see a reset', async () => {
    const { client, relay, link: made } = await link();
    made.reset();
    await waitFor(() => client.fate !== 'open' && relay.fate !== 'open', 'both ends');
    expect([client.fate, relay.fate]).toEqual(['ECONNRESET', 'ECONNRESET']);
  });

  it('swallows what the client says, an end among it, and still passes on what it is told', async () => {
    const { client, relay, link: made } = await link();
    made.swallow('up');
    client.socket.write('is anybody there');
    await settle(relay, client);
    client.socket.end();
    await settle(relay, client);
    expect([relay.heard, relay.fate, made.open]).toEqual(['', 'open', true]);
  });

  it('swallows what the relay says, and still passes on what it is told', async () => {
    const { client, relay, link: made } = await link();
    made.swallow('down');
    relay.socket.write('I am here');
    await settle(client, relay);
    expect([client.heard, client.fate, made.open]).toEqual(['', 'open', true]);
    // TCP never goes on past bytes that are gone.
    made.heal();
    await waitFor(() => client.fate === 'ECONNRESET' && !made.open, 'the end of a link that lost bytes');
  });

  it('healed, ends a link of which one end went away meanwhile', async () => {
    const { client, relay, link: made } = await link();
    made.swallow('up');
    client.socket.destroy();
    await waitFor(() => client.socket.closed, 'the client to be gone');
    // By the time another link stands, the proxy has seen that end as well.
    await link();
    expect(relay.fate).toBe('open');
    proxy.heal();
    await waitFor(() => relay.fate === 'ECONNRESET', 'the relay to hear of it');
  });

  it('delays both ways, with jitter, and keeps the order', async () => {
    const { client, relay, link: made } = await link();
    made.delay(30, 40);
    const began = performance.now();
    for (let at = 0; at < 20; at++) {
      client.socket.write(`${at},`);
      // Let the kernel send each by itself.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await waitFor(() => relay.heard.endsWith('19,'), 'the last word');
    expect(performance.now() - began).toBeGreaterThanOrEqual(30);
    expect(relay.heard).toBe(Array.from({ length: 20 }, (_, at) => `${at},`).join(''));
    const answered = performance.now();
    relay.socket.write('done');
    await waitFor(() => client.heard === 'done', 'the answer');
    expect(performance.now() - answered).toBeGreaterThanOrEqual(29);
  });

  it.each(['up', 'down'] as const)('dies after exactly N bytes %s, whatever N is', async (direction) => {
    const said = 'a sentence that is cut somewhere';
    for (let bytes = 1; bytes <= said.length; bytes++) {
      const { client, relay, link: made } = await link();
      const [from, to] = direction === 'up' ? [client, relay] : [relay, client];
      made.dieAfter(direction, bytes, bytes % 2 === 0 ? 'cut' : 'reset');
      // In two pieces, so that the count goes over the bounds of a chunk.
      from.socket.write(said.slice(0, 7));
      from.socket.write(said.slice(7));
      await waitFor(() => to.fate !== 'open', 'the link to die');
      expect(to.heard).toBe(said.slice(0, bytes));
    }
  });

  it('drops the reply only: what was asked arrives, the answer does not, and the link is dead', async () => {
    const { client, relay, link: made } = await link();
    made.dropReply();
    relay.socket.write('news');
    await waitFor(() => client.heard === 'news', 'news before the question to pass');
    client.socket.write('question');
    await waitFor(() => relay.heard === 'question', 'the question to arrive');
    relay.socket.write('answer');
    await waitFor(() => client.fate === 'ended' && relay.fate === 'ended', 'the link to die');
    expect(client.heard).toBe('news');
  });

  it('does to all links what it is told, those to come among them, until it is healed', async () => {
    const standing = await link();
    const { port } = server.address() as AddressInfo;
    proxy.all((one) => one.reset());
    await waitFor(() => standing.client.fate === 'ECONNRESET', 'the standing link to be reset');
    const next = watch(connect(proxy.port, '127.0.0.1'));
    clients.push(next);
    next.socket.write('hello?');
    await waitFor(() => next.fate !== 'open', 'the next link to be reset');
    proxy.heal();
    await link();
    proxy.leadTo(1);
    const nowhere = watch(connect(proxy.port, '127.0.0.1'));
    clients.push(nowhere);
    await waitFor(() => nowhere.fate !== 'open', 'the link that leads nowhere to end');
    proxy.leadTo(port);
    await link();
    expect(proxy.accepted).toBe(5);
  });
});
