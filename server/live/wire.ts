import { Decoder, type Packet } from 'socket.io-parser';

/** JSON that was written once and is sent to several: as an acknowledgement, to the visitor's side, to the agents'. */
export class Json {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const written = new WeakMap<object, string>();

/** The JSON of a value that nobody changes any more, written once for all who are told it. */
export function jsonOf(value: object): string {
  const known = written.get(value);
  if (known !== undefined) return known;
  const text = JSON.stringify(value);
  written.set(value, text);
  return text;
}

/** True when somebody is told this value, so that its JSON is worth being used again. */
export function isWritten(value: unknown): value is object {
  return typeof value === 'object' && value !== null && written.has(value);
}

/**
 * Socket.IO's own text encoding, without its search for binary parts: nothing binary is ever sent, and the search costs
 * as much as the JSON. What comes in goes through the library's own decoder.
 */
class TextEncoder {
  encode({ type, nsp, id, data }: Packet): string[] {
    const head = `${type}${nsp === '/' ? '' : `${nsp},`}${id ?? ''}`;
    if (data === undefined) return [head];
    const last = Array.isArray(data) ? data.at(-1) : undefined;
    if (!(last instanceof Json)) return [head + JSON.stringify(data)];
    const first = data.slice(0, -1).map((part: unknown) => `${JSON.stringify(part)},`);
    return [`${head}[${first.join('')}${last.text}]`];
  }
}

export const textParser = { Encoder: TextEncoder, Decoder };
