import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Random } from './random.ts';
import type { Act } from './strace.ts';

/**
 * A disk as a power cut leaves it. What was synced is there. Of what was not, any part may be: whole writes, some of
 * their sectors, later ones without earlier ones, a name without its file's bytes, a file without its name.
 */

const SECTOR = 512;

/** How much of what was not synced made it to the disk. `all` is what a kill leaves, `none` the strictest cut. */
export type Survival = 'none' | 'all' | 'some' | 'torn' | 'late';
export const SURVIVALS: readonly Survival[] = ['none', 'some', 'torn', 'late', 'all'];

type Change = { offset: number; bytes: Buffer } | { size: number };

class File {
  /** What a sync has made certain. */
  durable: Buffer = Buffer.alloc(0);
  unsynced: Change[] = [];

  sync(): void {
    for (const change of this.unsynced) this.durable = applied(this.durable, change);
    this.unsynced = [];
  }

  content(survival: Survival, random: Random): Buffer {
    return survivors(this.unsynced, survival, random).reduce(applied, Buffer.from(this.durable));
  }
}

class Folder {
  durable = new Map<string, File | Folder>();
  unsynced: { name: string; entry: File | Folder | null }[] = [];

  sync(): void {
    for (const { name, entry } of this.unsynced) put(this.durable, name, entry);
    this.unsynced = [];
  }

  /** A journal keeps changes of names in their order: a cut leaves the first so many. */
  entries(survival: Survival, random: Random): Map<string, File | Folder> {
    const made = survival === 'none' ? 0 : survival === 'all' ? this.unsynced.length : random.below(this.unsynced.length + 1);
    const entries = new Map(this.durable);
    for (const { name, entry } of this.unsynced.slice(0, made)) put(entries, name, entry);
    return entries;
  }
}

/** Files and folders under one root that was there before. */
export class Disk {
  readonly #path: string;
  readonly #root = new Folder();
  /** By the names that the running system sees. */
  readonly #named = new Map<string, File | Folder>();

  constructor(root: string) {
    this.#path = root;
    this.#named.set(root, this.#root);
  }

  apply(act: Act): void {
    switch (act.kind) {
      case 'folder':
        this.#name(act.path, new Folder());
        break;
      case 'make':
        if (!this.#named.has(act.path)) this.#name(act.path, new File());
        break;
      case 'write':
        this.#file(act.file).unsynced.push({ offset: act.offset, bytes: act.bytes });
        break;
      case 'truncate':
        this.#file(act.file).unsynced.push({ size: act.size });
        break;
      case 'sync':
        this.#named.get(act.path)?.sync();
        break;
      case 'remove':
        this.#name(act.path, null);
        break;
      case 'link':
        this.#name(act.to, this.#file(act.from));
        break;
      case 'rename':
        this.#name(act.to, this.#file(act.from));
        this.#name(act.from, null);
        break;
      case 'lost':
        throw new Error(`${act.path} was not synced: what is on this disk cannot be told`);
      case 'say':
        break;
    }
  }

  /** How many changes of files and names are not certain yet. */
  unsynced(): number {
    return [...new Set(this.#named.values())].reduce((sum, one) => sum + one.unsynced.length, 0);
  }

  /** Writes what a cut at this moment leaves into a folder. */
  cut(into: string, survival: Survival, random: Random): void {
    write(into, this.#root, survival, random);
  }

  #name(path: string, entry: File | Folder | null): void {
    if (!path.startsWith(`${this.#path}/`)) throw new Error(`${path} is not on this disk`);
    const folder = this.#named.get(dirname(path));
    if (!(folder instanceof Folder)) throw new Error(`${path} has no folder`);
    put(this.#named, path, entry);
    folder.unsynced.push({ name: basename(path), entry });
  }

  #file(path: string): File {
    const file = this.#named.get(path);
    if (!(file instanceof File)) throw new Error(`${path} is no file that was made here`);
    return file;
  }
}

function write(into: string, folder: Folder, survival: Survival, random: Random): void {
  mkdirSync(into, { recursive: true, mode: 0o700 });
  for (const [name, entry] of folder.entries(survival, random)) {
    if (entry instanceof Folder) write(join(into, name), entry, survival, random);
    else writeFileSync(join(into, name), entry.content(survival, random), { mode: 0o600 });
  }
}

function put(entries: Map<string, File | Folder>, name: string, entry: File | Folder | null): void {
  if (entry) entries.set(name, entry);
  else entries.delete(name);
}

function applied(content: Buffer, change: Change): Buffer {
  if ('size' in change) return resized(content, change.size);
  const end = change.offset + change.bytes.length;
  const grown = end > content.length ? resized(content, end) : content;
  change.bytes.copy(grown, change.offset);
  return grown;
}

/** What lies between the old end and the new one reads as zeros. */
function resized(content: Buffer, size: number): Buffer {
  const next = Buffer.alloc(size);
  content.copy(next, 0, 0, Math.min(size, content.length));
  return next;
}

function survivors(changes: readonly Change[], survival: Survival, random: Random): Change[] {
  switch (survival) {
    case 'none':
      return [];
    case 'all':
      return [...changes];
    case 'some':
      return changes.flatMap((change) => sectorsOf(change).filter(() => random.chance(0.5)));
    case 'late':
      // The other way round: what was written first is what is missing.
      return changes.slice(random.below(changes.length + 1)).flatMap(sectorsOf);
    case 'torn': {
      const whole = random.below(changes.length + 1);
      const torn = changes[whole];
      const sectors = torn ? sectorsOf(torn) : [];
      return [...changes.slice(0, whole), ...sectors.slice(0, random.below(sectors.length + 1))];
    }
  }
}

/** The parts of a write that a disk writes each as a whole. */
function sectorsOf(change: Change): Change[] {
  if ('size' in change) return [change];
  const sectors: Change[] = [];
  for (let at = 0; at < change.bytes.length; ) {
    const offset = change.offset + at;
    const end = Math.min(change.bytes.length, at + SECTOR - (offset % SECTOR));
    sectors.push({ offset, bytes: change.bytes.subarray(at, end) });
    at = end;
  }
  return sectors;
}
