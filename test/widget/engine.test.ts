// @vitest-environment node
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { installTimerFunctions, nextTick, Socket } from '../../widget/chat/engine.ts';
import { Decoder, Encoder, PacketType } from '../../widget/chat/packets.ts';

interface Packet {
  type: number;
  nsp: string;
  id?: number;
  data?: unknown;
}

/**
 * The two files that the build puts under socket.io-client, against a real Socket.IO server, by long polling:
 * Node 20 has no WebSocket, which the tests in the browser use.
 */
describe('the wire under socket.io-client', () => {
  let io: Server;
  let origin: string;
  const sockets: Socket[] = [];

  function open(): { socket: Socket; write: (packet: Packet) => void; next: (type: number) => Promise<Packet> } {
    const socket = new Socket(origin, { path: '/live' });
    sockets.push(socket);
    const encoder = new Encoder();
    const decoder = new Decoder();
    const packets: Packet[] = [];
    decoder.on('decoded', (packet) => packets.push(packet as Packet));
    socket.on('data', (text) => decoder.add(text as string));
    return {
      socket,
      write: (packet) => {
        for (const text of encoder.encode(packet)) socket.write(text);
      },
      next: (type) =>
        vi.waitFor(() => {
          const found = packets.findIndex((packet) => packet.type === type);
          if (found === -1) throw new Error(`no packet of type ${type} yet`);
          return packets.splice(found, 1)[0] as Packet;
        }),
    };
  }

  beforeEach(async () => {
    vi.stubGlobal('addEventListener', () => {});
    vi.stubGlobal('WebSocket', undefined);
    const http = createServer();
    io = new Server(http, { path: '/live', pingInterval: 100, pingTimeout: 150, serveClient: false });
    io.of('/visitor').use((socket, next) => {
      const { session } = socket.handshake.auth as { session?: string };
      next(session ? undefined : Object.assign(new Error('refused'), { data: { code: 'unauthorized' } }));
    });
    io.of('/visitor').on('connection', (socket) => {
      socket.on('message:send', (draft: unknown, ack: (answer: unknown) => void) => ack({ ok: true, data: draft }));
      socket.emit('typing:changed', { typing: true, name: 'Maeve, "who" \n answers' });
    });
    await new Promise<void>((listening) => {
      http.listen(0, '127.0.0.1', listening);
    });
    origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.close();
    await io.close();
    vi.unstubAllGlobals();
  });

  it('connects to a namespace, hears facts and gets its acknowledgements', async () => {
    const { write, next, socket } = open();
    socket.on('open', () => write({ type: PacketType.CONNECT, nsp: '/visitor', data: { session: 'x' } }));
    expect(await next(PacketType.CONNECT)).toMatchObject({ nsp: '/visitor', data: { sid: expect.any(String) } });
    expect(await next(PacketType.EVENT)).toMatchObject({
      data: ['typing:changed', { typing: true, name: 'Maeve, "who" \n answers' }],
    });
    write({ type: PacketType.EVENT, nsp: '/visitor', id: 12, data: ['message:send', { body: 'naïve, 漢字 🙂' }] });
    expect(await next(PacketType.ACK)).toMatchObject({ id: 12, data: [{ ok: true, data: { body: 'naïve, 漢字 🙂' } }] });
  });

  it('tells why it was not let in', async () => {
    const { write, next, socket } = open();
    socket.on('open', () => write({ type: PacketType.CONNECT, nsp: '/visitor' }));
    expect(await next(PacketType.CONNECT_ERROR)).toMatchObject({ data: { message: 'refused', data: { code: 'unauthorized' } } });
  });

  it('answers pings, and lives on', async () => {
    const { socket } = open();
    const ping = vi.fn<() => void>();
    const close = vi.fn<() => void>();
    socket.on('ping', ping);
    socket.on('close', close);
    await vi.waitFor(() => expect(ping.mock.calls.length).toBeGreaterThan(3), { timeout: 3000 });
    expect(close).not.toHaveBeenCalled();
  });

  it('closes when the relay goes away', async () => {
    const { socket } = open();
    const close = vi.fn<() => void>();
    await new Promise<void>((opened) => socket.on('open', () => opened()));
    socket.on('close', close);
    await io.close();
    await vi.waitFor(() => expect(close).toHaveBeenCalledTimes(1));
  });

  it('gives socket.io-client its timers', async () => {
    const target: { setTimeoutFn?: typeof setTimeout } = {};
    installTimerFunctions(target as Record<string, unknown>);
    await new Promise<void>((called) => target.setTimeoutFn?.(called, 0));
    await expect(new Promise<void>((called) => nextTick(called))).resolves.toBeUndefined();
  });

  it('fails once where nobody listens', async () => {
    await io.close();
    const error = vi.fn<() => void>();
    open().socket.on('error', error);
    await vi.waitFor(() => expect(error).toHaveBeenCalledTimes(1));
  });
});
