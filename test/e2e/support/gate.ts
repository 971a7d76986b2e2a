import { createServer, connect as dial, type Socket } from 'node:net';
import { freePort } from '../../support/ports.ts';

/** A door before the relay: it counts who comes, and can be shut, or let people stand there without an answer. */
export interface Gate {
  origin: string;
  /** Connections that browsers made so far, used or not. */
  connections: number;
  leadTo(port: number): void;
  /** Nobody listens any more, and whoever was connected is cut off. */
  shut(): Promise<void>;
  /** Connections are taken, and nothing ever answers. */
  fallSilent(): void;
  open(): Promise<void>;
}

export async function buildGate(): Promise<Gate> {
  const port = await freePort();
  const sockets = new Set<Socket>();
  let target = 0;
  let silent = false;
  const hold = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((socket) => {
    gate.connections += 1;
    hold(socket);
    if (silent) return;
    const inner = dial(target, '127.0.0.1');
    hold(inner);
    socket.pipe(inner).pipe(socket);
    socket.on('close', () => inner.destroy());
    inner.on('close', () => socket.destroy());
  });
  const gate: Gate = {
    origin: `http://localhost:${port}`,
    connections: 0,
    leadTo: (inside) => {
      target = inside;
    },
    shut: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
    fallSilent: () => {
      silent = true;
      cut();
    },
    open: async () => {
      silent = false;
      cut();
      if (!server.listening) await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    },
  };
  await gate.open();
  return gate;
}
