import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { DataClass, DataKeyRow } from '../store/rows.ts';
import type { MasterKey } from './master-key.ts';
import { open, seal } from './sealing.ts';
import { type Place, SealBroken, type Vault, type VisitorKeys } from './vault.ts';

const CLASSES: readonly DataClass[] = ['messages', 'form', 'evidence', 'consent'];
const KEY_LENGTH = 32;
/** Visitors whose keys stay unwrapped in memory: about a kilobyte each. */
const CACHED_VISITORS = 10_000;

interface DataKey {
  readonly id: string;
  /** Made once: passing bytes would copy them for each value. */
  readonly secret: KeyObject;
}

/** A stored key, unwrapped when it is first used: most of what is asked of a visitor needs one of the four. */
class WrappedKey implements DataKey {
  readonly id: string;
  readonly #unwrap: () => KeyObject;
  #secret: KeyObject | null = null;

  constructor(id: string, unwrap: () => KeyObject) {
    this.id = id;
    this.#unwrap = unwrap;
  }

  get secret(): KeyObject {
    this.#secret ??= this.#unwrap();
    return this.#secret;
  }
}

/**
 * The vault on AES-256-GCM. Each visitor has a key per data class; each is stored wrapped under the master key and
 * bound to its id, visitor and class, so that nobody can pass one key off as another.
 */
export function createVault(masterKey: MasterKey, options: { cachedVisitors?: number } = {}): Vault {
  const bound = options.cachedVisitors ?? CACHED_VISITORS;
  const cache = new Map<string, VisitorKeys>();
  const master = createSecretKey(masterKey.bytes);

  const wrapParts = (id: string, visitorId: string, dataClass: DataClass): string[] =>
    wrapPartsOf(masterKey, { id, visitorId, class: dataClass });

  function keep(visitorId: string, keys: VisitorKeys): void {
    cache.delete(visitorId);
    cache.set(visitorId, keys);
    const oldest = cache.keys().next();
    if (cache.size > bound && !oldest.done) cache.delete(oldest.value);
  }

  function unwrap(visitorId: string, row: DataKeyRow): DataKey {
    if (row.visitorId !== visitorId) throw new SealBroken('a key of another visitor');
    if (row.masterKeyId !== masterKey.id) {
      throw new SealBroken(`wrapped under master key ${row.masterKeyId}, but ${masterKey.id} is in use`);
    }
    return new WrappedKey(row.id, () => createSecretKey(open(master, wrapParts(row.id, visitorId, row.class), row.wrapped)));
  }

  return {
    masterKeyId: masterKey.id,

    // Not cached: if the rows never reach the disk, nothing may ever be sealed under these keys again.
    mint(visitorId, now) {
      const keys = new Map<DataClass, DataKey>();
      const rows = CLASSES.map((dataClass): DataKeyRow => {
        const id = randomBytes(16).toString('hex');
        const bytes = randomBytes(KEY_LENGTH);
        keys.set(dataClass, { id, secret: createSecretKey(bytes) });
        const wrapped = seal(master, wrapParts(id, visitorId, dataClass), bytes);
        return { id, visitorId, class: dataClass, wrapped, masterKeyId: masterKey.id, createdAt: now };
      });
      return { rows, keys: new AesVisitorKeys(keys) };
    },

    keysOf(visitorId, rows) {
      const keys = new AesVisitorKeys(new Map(rows.map((row) => [row.class, unwrap(visitorId, row)])));
      // A visitor without rows may be one whose rows are not written yet.
      if (rows.length > 0) keep(visitorId, keys);
      return keys;
    },

    cached(visitorId) {
      const keys = cache.get(visitorId);
      if (keys) keep(visitorId, keys);
      return keys ?? null;
    },

    forget(visitorId) {
      cache.delete(visitorId);
    },

    forgetAll() {
      cache.clear();
    },

    sealOwn: (place, plain) => seal(master, partsOf(place, masterKey.id), plain),
    openOwn: (place, sealed) => open(master, partsOf(place, masterKey.id), sealed),
  };
}

/** What a wrapped key is bound to. */
function wrapPartsOf(masterKey: MasterKey, row: Pick<DataKeyRow, 'id' | 'visitorId' | 'class'>): string[] {
  return ['data_key', row.id, row.visitorId, row.class, masterKey.id];
}

/** Brings what is sealed under one master key under another: the keys themselves stay, and so does what they sealed. */
export interface Rewrapper {
  /** @throws SealBroken when the row does not open under the old master key. */
  dataKey(row: DataKeyRow): DataKeyRow;
  /** What is under the new one already stays as it is. */
  own(place: Place, sealed: Uint8Array): Uint8Array;
}

export function createRewrapper(from: MasterKey, to: MasterKey): Rewrapper {
  const [old, next] = [createSecretKey(from.bytes), createSecretKey(to.bytes)];
  return {
    dataKey(row) {
      const bytes = open(old, wrapPartsOf(from, row), row.wrapped);
      const wrapped = seal(next, wrapPartsOf(to, row), bytes);
      bytes.fill(0);
      return { ...row, wrapped, masterKeyId: to.id };
    },
    own(place, sealed) {
      if (opens(next, partsOf(place, to.id), sealed)) return sealed;
      return seal(next, partsOf(place, to.id), open(old, partsOf(place, from.id), sealed));
    },
  };
}

function opens(key: KeyObject, parts: string[], sealed: Uint8Array): boolean {
  try {
    open(key, parts, sealed);
    return true;
  } catch (error) {
    if (error instanceof SealBroken) return false;
    throw error;
  }
}

class AesVisitorKeys implements VisitorKeys {
  readonly #keys: ReadonlyMap<DataClass, DataKey>;

  constructor(keys: ReadonlyMap<DataClass, DataKey>) {
    this.#keys = keys;
  }

  seal(dataClass: DataClass, place: Place, plain: string | Uint8Array): Uint8Array {
    const key = this.#key(dataClass);
    return seal(key.secret, partsOf(place, key.id), plain);
  }

  open(dataClass: DataClass, place: Place, sealed: Uint8Array): Uint8Array {
    return this.#open(dataClass, place, sealed);
  }

  openText(dataClass: DataClass, place: Place, sealed: Uint8Array): string {
    return this.#open(dataClass, place, sealed).toString('utf8');
  }

  #open(dataClass: DataClass, place: Place, sealed: Uint8Array): Buffer {
    const key = this.#key(dataClass);
    return open(key.secret, partsOf(place, key.id), sealed);
  }

  #key(dataClass: DataClass): DataKey {
    const key = this.#keys.get(dataClass);
    if (!key) throw new SealBroken(`the visitor has no key for ${dataClass}`);
    return key;
  }
}

function partsOf(place: Place, keyId: string): string[] {
  return [place.table, place.column, place.row, keyId];
}
