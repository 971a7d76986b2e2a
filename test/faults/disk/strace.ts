import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { findStrace } from '../../../scripts/find-tools.mjs';

/** What a process did to the disk and said to the network, in its order, as `strace` saw it. */
export type Act =
  | { kind: 'write'; file: string; offset: number; bytes: Buffer }
  | { kind: 'truncate'; file: string; size: number }
  /** `fsync` or `fdatasync` of a file or a folder, once it has come back with success. */
  | { kind: 'sync'; path: string }
  /** One that came back with an error: what it should have written may be gone. */
  | { kind: 'lost'; path: string }
  /** A file that was opened with the wish to make it; it may have been there. */
  | { kind: 'make'; path: string }
  | { kind: 'folder'; path: string }
  | { kind: 'remove'; path: string }
  | { kind: 'rename' | 'link'; from: string; to: string }
  /** Bytes to a TCP connection. */
  | { kind: 'say'; bytes: Buffer };

const CALLS = [
  'write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg',
  'fsync,fdatasync,ftruncate,truncate,fallocate,sync_file_range',
  'openat,mkdir,mkdirat,unlink,unlinkat,rename,renameat,renameat2,link,linkat',
].join(',');

/**
 * The command that runs another under strace: paths and peers beside descriptors, every byte in hex. `inject` is a
 * fault, as strace words it; it needs a stop at every call, without it only those above stop the process.
 */
export function strace(output: string, inject?: string): string[] {
  const program = findStrace();
  if (program === null) throw new Error('strace is missing. Run: node scripts/ensure-tools.mjs');
  const how = inject === undefined ? ['--seccomp-bpf'] : ['-e', `inject=${inject}`];
  return [program, '-f', '-yy', '-xx', '-s', '1000000', '-e', `trace=${CALLS}`, ...how, '-o', output];
}

interface Call {
  name: string;
  /** The arguments as strace prints them. */
  args: string;
  result: number;
  /** The path behind the descriptor that the call gave. */
  gave: string;
}

/** Reads a trace; `within` is the folder whose files matter. */
export async function readTrace(output: string, within: string): Promise<Act[]> {
  const slots: (Act[] | null)[] = [];
  /** Calls that another thread's line cut in two: where they began, and their first half. */
  const begun = new Map<string, { at: number; text: string }>();
  const files = new Files(within);
  for await (const line of createInterface({ input: createReadStream(output, 'latin1') })) {
    const pid = line.slice(0, line.indexOf(' '));
    const text = line.slice(pid.length).trimStart();
    const resumed = /^<\.\.\. \w+ resumed>/.exec(text);
    const first = begun.get(pid);
    if (text.endsWith('<unfinished ...>')) {
      begun.set(pid, { at: slots.length, text: text.slice(0, -'<unfinished ...>'.length) });
      slots.push(null);
    } else if (resumed && first) {
      begun.delete(pid);
      const acts = files.read(parseCall(first.text + text.slice(resumed[0].length)));
      // What is written counts from when it began, what is synced from when that had ended.
      if (acts.some(({ kind }) => kind === 'sync' || kind === 'lost')) slots.push(acts);
      else slots[first.at] = acts;
    } else {
      slots.push(files.read(parseCall(text)));
    }
  }
  return slots.flatMap((acts) => acts ?? []);
}

/** Longer than what stands behind the arguments: the result, a path, the name of an error. */
const TAIL = 5000;

function parseCall(text: string): Call | null {
  const open = text.indexOf('(');
  const rest = Math.max(0, text.length - TAIL);
  const end = /\) += (-?\d+)(?:<([^>]*)>)?(?: E[A-Z]+ \([^)]*\))?(?: \(INJECTED\))?$/.exec(text.slice(rest));
  if (open <= 0 || !end) return null;
  const args = text.slice(open + 1, rest + end.index);
  return { name: text.slice(0, open), args, result: Number(end[1]), gave: unhex(end[2] ?? '') };
}

const SYNC = /^f(data)?sync$/;
const HEX = /\\x/g;

function unhex(text: string): string {
  return bytesOf(text).toString('latin1');
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text.replace(HEX, ''), 'hex');
}

/** Makes acts of calls. It knows where each open file stands, because `write` does not say. */
class Files {
  readonly #within: string;
  readonly #positions = new Map<string, number>();

  constructor(within: string) {
    this.#within = within;
  }

  read(call: Call | null): Act[] {
    if (!call || (call.result < 0 && !SYNC.test(call.name))) return [];
    const { name, args, result } = call;
    const [descriptor = '', target = ''] = /^(\d+)<([^>]*)>/.exec(args)?.slice(1) ?? [];
    if (/^(write|send|pwrite)/.test(name)) {
      if (target.startsWith('TCP')) return [{ kind: 'say', bytes: dataIn(args) }];
      return this.#written(name, args, result, descriptor, unhex(target));
    }
    const path = unhex(target);
    if (SYNC.test(name)) return this.#if(path, { kind: result < 0 ? 'lost' : 'sync', path });
    if (name === 'ftruncate') return this.#if(path, { kind: 'truncate', file: path, size: lastNumber(args) });
    return this.#named(call);
  }

  #written(name: string, args: string, result: number, descriptor: string, file: string): Act[] {
    if (!this.#ours(file)) return [];
    const at = this.#positions.get(descriptor) ?? Number.NaN;
    const offset = name === 'pwrite64' ? lastNumber(args) : name === 'write' ? at : Number.NaN;
    if (Number.isNaN(offset)) throw new Error(`${name} on ${file}: this reader cannot tell where it wrote`);
    if (name === 'write') this.#positions.set(descriptor, at + result);
    return [{ kind: 'write', file, offset, bytes: dataIn(args).subarray(0, result) }];
  }

  /** Calls that name their files. */
  #named({ name, args, result, gave }: Call): Act[] {
    const [from = '', to = ''] = Array.from(args.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g), ([, hex]) => unhex(hex ?? ''));
    if (name === 'openat') return this.#opened(args, result, gave);
    if (name.startsWith('mkdir')) return this.#if(from, { kind: 'folder', path: from });
    if (name.startsWith('unlink')) return this.#if(from, { kind: 'remove', path: from });
    if (name.startsWith('rename')) return this.#if(to, { kind: 'rename', from, to });
    if (name.startsWith('link')) return this.#if(to, { kind: 'link', from, to });
    if (this.#ours(from)) throw new Error(`strace saw ${name} on ${from}: this reader does not know it`);
    return [];
  }

  #opened(args: string, result: number, path: string): Act[] {
    if (!this.#ours(path)) return [];
    // Where an appended write lands is not to be seen from here: whoever makes one hears of it below.
    this.#positions.set(String(result), /\bO_APPEND\b/.test(args) ? Number.NaN : 0);
    const acts: Act[] = [];
    if (/\bO_CREAT\b/.test(args)) acts.push({ kind: 'make', path });
    if (/\bO_TRUNC\b/.test(args)) acts.push({ kind: 'truncate', file: path, size: 0 });
    return acts;
  }

  #if(path: string, act: Act): Act[] {
    return this.#ours(path) ? [act] : [];
  }

  #ours(path: string): boolean {
    // The log of erasures is appended to, beside the database: no acknowledgement rests on it.
    if (path.endsWith('/erasures.jsonl')) return false;
    return path === this.#within || path.startsWith(`${this.#within}/`);
  }
}

/** Every quoted string of the arguments, put together. */
function dataIn(args: string): Buffer {
  const parts: Buffer[] = [];
  for (let open = args.indexOf('"'); open >= 0; ) {
    const close = args.indexOf('"', open + 1);
    parts.push(bytesOf(args.slice(open + 1, close)));
    open = args.indexOf('"', close + 1);
  }
  return Buffer.concat(parts);
}

function lastNumber(args: string): number {
  return Number(args.slice(args.lastIndexOf(',') + 1).trim());
}
