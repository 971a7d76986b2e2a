import { Emitter } from './emitter.ts';

/**
 * The packets of Socket.IO, protocol 5, as text. The build puts this under socket.io-client in place of
 * socket.io-parser, whose other half is for binary payloads, which do not occur here.
 * https://github.com/socketio/socket.io-protocol
 */
export const PacketType = { CONNECT: 0, DISCONNECT: 1, EVENT: 2, ACK: 3, CONNECT_ERROR: 4, BINARY_EVENT: 5, BINARY_ACK: 6 };

interface Packet {
  type: number;
  nsp: string;
  id?: number | undefined;
  data?: unknown;
}

export class Encoder {
  encode({ type, nsp, id, data }: Packet): string[] {
    return [`${type}${nsp === '/' ? '' : `${nsp},`}${id ?? ''}${data === undefined ? '' : JSON.stringify(data)}`];
  }
}

export class Decoder extends Emitter {
  add(text: string): void {
    const [, type, nsp = '/', id, data] = /^(\d)(?:(\/[^,]*),)?(\d*)(.*)$/s.exec(text) ?? [];
    const packet: Packet = {
      type: Number(type),
      nsp,
      id: id ? Number(id) : undefined,
      data: data ? JSON.parse(data) : undefined,
    };
    this.emit('decoded', packet);
  }
  destroy(): void {
    // Nothing is held between two packets.
  }
}
