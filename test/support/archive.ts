import { crc32, inflateRawSync } from 'node:zlib';
import type { ReceiptLink } from '../../shared/api.ts';
import type { VisitorExport } from '../../shared/export.ts';
import { post, type Sender } from './http.ts';

/**
 * Reads a ZIP as its specification says (APPNOTE 6.3), with nothing of the writer's: from the end record through the
 * central directory, each file by its own header, length and checksum.
 */
export function unzip(zip: Buffer): Map<string, Buffer> {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06'));
  if (end < 0) throw new Error('no ZIP');
  const count = zip.readUInt16LE(end + 10);
  const files = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  for (let n = 0; n < count; n++) {
    if (zip.readUInt32LE(at) !== 0x02014b50) throw new Error('no entry of the directory');
    const [method, sum] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 16)];
    const [packed, length] = [zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 24)];
    const [nameLength, extra, comment] = [28, 30, 32].map((from) => zip.readUInt16LE(at + from)) as [number, number, number];
    const local = zip.readUInt32LE(at + 42);
    if (zip.readUInt32LE(local) !== 0x04034b50) throw new Error('no file where the directory says');
    const begin = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const stored = zip.subarray(begin, begin + packed);
    const body = method === 8 ? inflateRawSync(stored) : stored;
    const name = zip.subarray(at + 46, at + 46 + nameLength).toString('utf8');
    if (body.length !== length || crc32(body) !== sum) throw new Error(`${name} is damaged`);
    files.set(name, body);
    at += 46 + nameLength + extra + comment;
  }
  return files;
}

/** The archive that a receipt's link gives, as it came. */
export async function takeExport(relay: Sender, token: string): Promise<{ status: number; headers: Headers; body: Buffer }> {
  const reply = await fetch(`${relay.origin}/api/receipts/export`, {
    method: 'POST',
    headers: { origin: relay.origin, 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  return { status: reply.status, headers: reply.headers, body: Buffer.from(await reply.arrayBuffer()) };
}

export interface Archive {
  token: string;
  data: VisitorExport;
  /** Each file as text, by its name. */
  texts: Map<string, string>;
}

/** All of a visitor's, by the real road: the link of a receipt, the download, the files in it. */
export async function archiveOf(relay: Sender, session: string): Promise<Archive> {
  const { token } = (await post<ReceiptLink>(relay, '/api/receipts', { session })).body;
  const reply = await takeExport(relay, token);
  if (reply.status !== 200) throw new Error(`the export was refused: ${reply.status}`);
  const texts = new Map([...unzip(reply.body)].map(([name, body]) => [name, body.toString('utf8')]));
  return { token, data: JSON.parse(texts.get('export.json') ?? '') as VisitorExport, texts };
}
