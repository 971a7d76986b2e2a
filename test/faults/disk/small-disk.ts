import { spawnSync } from 'node:child_process';
import { closeSync, copyFileSync, existsSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RelayUnder } from './relay-under.ts';

const KB = 1024;
/** Sizes of what fills a disk: the last bit that is left is a sector's worth. */
const CHUNKS = [256 * KB, 4 * KB, 512];

/**
 * The command that runs another with a small disk over a folder. The disk is in memory, in a mount namespace of the
 * command's own: nobody else sees it, and it is gone with the last process that does. `first` is run in between, by a
 * shell, with the folder as `$0`.
 */
export function onSmallDisk(folder: string, sizeKb: number, first = ':'): string[] {
  const own = process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--user', '--map-root-user'];
  const mount = `mount -t tmpfs -o size=${sizeKb}k,mode=700 parley "$0" && { ${first}; } && exec "$@"`;
  return ['unshare', ...own, 'sh', '-c', mount, folder];
}

/** @throws in one line where this machine does not let us mount. */
export function requireSmallDisks(): void {
  const [program = '', ...args] = [...onSmallDisk(tmpdir(), 64), 'true'];
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status === 0) return;
  const reason = error?.message ?? stderr.trim();
  throw new Error(`A small disk cannot be mounted (${reason}). Run the tests as root, or allow user namespaces.`);
}

/** The folder as the relay sees it. */
const seenBy = ({ pid }: Pick<RelayUnder, 'pid'>, file: string): string => `/proc/${pid}/root${file}`;

/** Fills the relay's disk to the last byte; gives the way to make room again. */
export function fillDisk(relay: RelayUnder, dataDir: string): () => void {
  const ballast = seenBy(relay, join(dataDir, 'ballast'));
  const handle = openSync(ballast, 'w');
  try {
    for (const size of CHUNKS) while (takes(handle, Buffer.alloc(size)));
  } finally {
    closeSync(handle);
  }
  return () => rmSync(ballast);
}

function takes(handle: number, bytes: Buffer): boolean {
  try {
    return writeSync(handle, bytes) === bytes.length;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false;
    throw error;
  }
}

/** The relay's data as it is at this moment, in a folder of our own: it is stopped while they are copied. */
export function copyData(relay: RelayUnder, dataDir: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'parley-copy-'));
  process.kill(relay.pid, 'SIGSTOP');
  try {
    for (const name of ['master.key', 'parley.sqlite', 'parley.sqlite-wal']) {
      const file = seenBy(relay, join(dataDir, name));
      if (existsSync(file)) copyFileSync(file, join(copy, name));
    }
    return copy;
  } finally {
    process.kill(relay.pid, 'SIGCONT');
  }
}
