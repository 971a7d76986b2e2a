import { connect as connectTcp, type Socket } from 'node:net';
import { LIVE_PATH } from '../../../shared/endpoints.ts';

/**
 * One Socket.IO connection over a bare TCP socket: just enough of WebSocket, Engine.IO 4 and Socket.IO 5 for a load
 * generator. A client library as the generator would measure itself.
 */
export interface Wire {
  /** Sends a text frame, as it stands. */
  send(text: string): void;
  close(): void;
}

export interface WireOptions {
  port: number;
  origin: string;
  namespace: string;
  auth: string;
  cookie?: string;
  /** Source address, so that more connections fit than one address has ports. */
  from?: string;
  /** Every packet of the namespace, without its `4`: `2/visitor,…`, `3/visitor,…`. */
  onPacket(packet: string): void;
  onClose?(): void;
}

const KEY = 'cGFybGV5LWxvYWQtZ2VuIQ==';

/** Masked with zeros: the payload stays as it is, and the frame is still one that a server must take. */
function frameOf(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const head = length < 126 ? 6 : 8;
  const frame = Buffer.allocUnsafe(head + length);
  frame[0] = 0x81;
  if (length < 126) frame[1] = 0x80 | length;
  else {
    frame[1] = 0x80 | 126;
    frame.writeUInt16BE(length, 2);
  }
  frame.fill(0, head - 4, head);
  frame.write(text, head);
  return frame;
}

const PONG = frameOf('3');

/** Opens the connection; resolves once the namespace let it in. @throws when it is refused. */
export function openWire(options: WireOptions): Promise<Wire> {
  const { port, origin, namespace, auth, cookie, from } = options;
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ port, host: '127.0.0.1', ...(from && { localAddress: from }), noDelay: true });
    const wire: Wire = {
      send: (text) => socket.write(frameOf(text)),
      close: () => socket.destroy(),
    };
    let ready = false;
    const onText = (text: string): void => {
      const kind = text.charCodeAt(0);
      if (kind === 52 /* 4 */ && ready) options.onPacket(text.slice(1));
      else if (kind === 50 /* 2 */) socket.write(PONG);
      else if (kind === 48 /* 0 */) wire.send(`40${namespace},${auth}`);
      else if (text.startsWith(`40${namespace},`)) {
        ready = true;
        resolve(wire);
      } else if (text.startsWith('44')) reject(new Error(`refused: ${text.slice(2)}`));
    };
    readFrames(socket, onText);
    socket.once('error', reject);
    socket.once('close', () => {
      reject(new Error('closed'));
      options.onClose?.();
    });
    const head = [
      `GET ${LIVE_PATH}/?EIO=4&transport=websocket HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Key: ${KEY}`,
      'Sec-WebSocket-Version: 13',
      `Origin: ${origin}`,
      ...(cookie ? [`Cookie: ${cookie}`] : []),
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
  });
}

/** Cuts what arrives into text frames: a server sends them unmasked and, at our sizes, unfragmented. */
function readFrames(socket: Socket, onText: (text: string) => void): void {
  let rest: Buffer | null = null;
  let upgraded = false;
  socket.on('data', (chunk: Buffer) => {
    let data = rest ? Buffer.concat([rest, chunk]) : chunk;
    rest = null;
    if (!upgraded) {
      const end = data.indexOf('\r\n\r\n');
      if (end < 0) {
        rest = data;
        return;
      }
      if (!data.subarray(0, 12).equals(Buffer.from('HTTP/1.1 101'))) {
        socket.destroy(new Error(`no upgrade: ${data.subarray(0, 40).toString('latin1')}`));
        return;
      }
      upgraded = true;
      data = data.subarray(end + 4);
    }
    let at = 0;
    while (at + 2 <= data.length) {
      let length = (data[at + 1] ?? 0) & 0x7f;
      let body = at + 2;
      if (length === 126) {
        if (body + 2 > data.length) break;
        length = data.readUInt16BE(body);
        body += 2;
      } else if (length === 127) {
        if (body + 8 > data.length) break;
        length = Number(data.readBigUInt64BE(body));
        body += 8;
      }
      if (body + length > data.length) break;
      if (((data[at] ?? 0) & 0x0f) === 1) onText(data.toString('utf8', body, body + length));
      at = body + length;
    }
    if (at < data.length) rest = data.subarray(at);
  });
}
