import type { Socket as TcpSocket } from 'node:net';
import type { Server } from 'socket.io';

/**
 * What has gathered for one socket leaves in one write: the system call costs more than the message that it carries.
 * Nothing waits for it, for what gathers is what came while the write before was under way.
 */
export function writeAtOnce(engine: Server['engine']): void {
  let held: TcpSocket | null = null;
  engine.on('flush', ({ transport, request }, packets: unknown[]) => {
    if (packets.length < 2 || transport.name !== 'websocket') return;
    request.socket.cork();
    held = request.socket;
  });
  // Engine.IO says it in the same call, when all packets were given to the socket.
  engine.on('drain', () => {
    held?.uncork();
    held = null;
  });
}
