import { type AsyncZippable, strToU8, zip } from 'fflate';

export interface ArchiveFile {
  /** With `/` between folders; only names of ours, never what somebody typed. */
  name: string;
  body: string;
}

/** Packs texts as UTF-8 into one ZIP. What is large is packed beside the event loop, not on it. */
export function zipOf(files: readonly ArchiveFile[], at: number): Promise<Uint8Array> {
  const packed: AsyncZippable = Object.fromEntries(
    files.map(({ name, body }) => [name, [strToU8(body), { mtime: utcAsLocal(at) }] as const]),
  );
  return new Promise((resolve, reject) => {
    zip(packed, { level: 6 }, (error, bytes) => (error ? reject(error) : resolve(bytes)));
  });
}

/** A ZIP holds a time without its zone, read off the clock of the machine: all times of the archive are UTC. */
function utcAsLocal(at: number): Date {
  const date = new Date(at);
  return new Date(
    date.getUTCFullYear(),
    date.getUTCMonth(),
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  );
}
