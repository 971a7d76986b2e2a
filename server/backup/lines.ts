import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';

/** What a file holds, so that a copy that was cut or altered is seen. */
export interface Sum {
  sha256: string;
  bytes: number;
}

/** Writes text into a new file, packed, for this account alone; resolves once it is on the disk. */
export async function writePacked(file: string, text: AsyncIterable<string>): Promise<Sum> {
  const hash = createHash('sha256');
  let bytes = 0;
  await pipeline(
    Readable.from(text),
    createGzip(),
    async function* (packed: AsyncIterable<Buffer>) {
      for await (const part of packed) {
        hash.update(part);
        bytes += part.length;
        yield part;
      }
    },
    createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true }),
  );
  return { sha256: hash.digest('hex'), bytes };
}

/** The lines of such a file. Split at the line feed alone: other signs that end a line may stand in a text. */
export async function* packedLines(file: string): AsyncGenerator<string> {
  const packed = createReadStream(file);
  const plain = createGunzip();
  packed.on('error', (error) => plain.destroy(error));
  packed.pipe(plain).setEncoding('utf8');
  let begun = '';
  for await (const part of plain as AsyncIterable<string>) {
    const lines = (begun + part).split('\n');
    begun = lines.pop() ?? '';
    yield* lines;
  }
  if (begun !== '') yield begun;
}

/** What a file holds now. */
export async function sumOf(file: string): Promise<Sum> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const part of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(part);
    bytes += part.length;
  }
  return { sha256: hash.digest('hex'), bytes };
}
