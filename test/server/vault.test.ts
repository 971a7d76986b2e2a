import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DataClass, DataKeyRow } from '../../server/store/rows.ts';
import { createVault } from '../../server/vault/aes-vault.ts';
import { BadMasterKey, findMasterKey, loadMasterKey } from '../../server/vault/master-key.ts';
import { type Place, SealBroken, type Vault } from '../../server/vault/vault.ts';

const masterKey = (fill: number) => loadMasterKey({ value: Buffer.alloc(32, fill).toString('hex'), file: 'unused' });
const CLASSES: DataClass[] = ['messages', 'form', 'evidence', 'consent'];
const PLACE: Place = { table: 'message', column: 'body', row: 'm1' };

describe('vault', () => {
  const vault = createVault(masterKey(1));
  const { rows, keys } = vault.mint('v1', 1);
  const other = vault.mint('v2', 1);

  it('opens what it sealed, text and bytes of any length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.uint8Array({ maxLength: 5000 }), (text, bytes) => {
        const whole = text.toWellFormed();
        expect(keys.openText('messages', PLACE, keys.seal('messages', PLACE, whole))).toBe(whole);
        expect(Buffer.from(keys.open('form', PLACE, keys.seal('form', PLACE, bytes)))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('seals the same text differently each time, one version byte first and 28 bytes longer', () => {
    const [one, two] = [keys.seal('messages', PLACE, 'same'), keys.seal('messages', PLACE, 'same')];
    expect(one).not.toEqual(two);
    const nonces = Array.from({ length: 2000 }, () =>
      Buffer.from(keys.seal('messages', PLACE, '').subarray(1, 13)).toString('hex'),
    );
    expect(new Set(nonces).size).toBe(2000);
    expect(one[0]).toBe(1);
    expect(one).toHaveLength(1 + 12 + 4 + 16);
    expect(Buffer.from(one).includes('same')).toBe(false);
  });

  it.each([
    ['table', { ...PLACE, table: 'visitor' }],
    ['column', { ...PLACE, column: 'name' }],
    ['row', { ...PLACE, row: 'm2' }],
    ['place whose names run together alike', { table: 'message', column: 'bodym', row: '1' }],
  ])('does not open a value in another %s', (_, place) => {
    const sealed = keys.seal('messages', PLACE, 'hello');
    expect(() => keys.open('messages', place, sealed)).toThrow(SealBroken);
  });

  it('does not open two values that were swapped between rows', () => {
    const places = ['m1', 'm2'].map((row) => ({ ...PLACE, row }));
    const sealed = places.map((place) => keys.seal('messages', place, `text of ${place.row}`));
    const swapped = places.map((place, at) => ({ place, value: sealed[1 - at] ?? new Uint8Array() }));
    for (const { place, value } of swapped) expect(() => keys.openText('messages', place, value)).toThrow(SealBroken);
  });

  it('does not open a value of another visitor or of another class', () => {
    const sealed = keys.seal('messages', PLACE, 'hello');
    expect(() => other.keys.open('messages', PLACE, sealed)).toThrow(SealBroken);
    for (const dataClass of CLASSES.slice(1)) expect(() => keys.open(dataClass, PLACE, sealed)).toThrow(SealBroken);
  });

  it('does not open a value with any bit changed, cut, or of another version', () => {
    const sealed = keys.seal('messages', PLACE, 'hello');
    for (let at = 0; at < sealed.length; at++) {
      const altered = Uint8Array.from(sealed, (byte, index) => (index === at ? byte ^ 1 : byte));
      expect(() => keys.open('messages', PLACE, altered)).toThrow(SealBroken);
      expect(() => keys.open('messages', PLACE, sealed.subarray(0, at))).toThrow(SealBroken);
    }
  });

  it('wraps a key for each class, and unwraps them for use', () => {
    expect(rows.map((row) => row.class)).toEqual(CLASSES);
    expect(new Set(rows.map((row) => row.id)).size).toBe(4);
    expect(rows.every((row) => row.visitorId === 'v1' && row.masterKeyId === vault.masterKeyId && row.createdAt === 1)).toBe(
      true,
    );
    const sealed = keys.seal('consent', PLACE, 'event');
    expect(createVault(masterKey(1)).keysOf('v1', rows).openText('consent', PLACE, sealed)).toBe('event');
  });

  it('does not unwrap a key that is passed off as another’s', () => {
    const [row] = rows;
    if (!row) throw new Error('no row');
    expect(() => vault.keysOf('v2', [row])).toThrow(SealBroken);
    const stranger = createVault(masterKey(2));
    expect(() => stranger.keysOf('v1', rows)).toThrow(SealBroken);
    // What only the wrapping shows is found by whoever uses the key, for a new value as for a stored one.
    const passedOff: [Vault, string, DataKeyRow][] = [
      [vault, 'v2', { ...row, visitorId: 'v2' }],
      [vault, 'v1', { ...row, class: 'form' }],
      [vault, 'v1', { ...row, id: other.rows[0]?.id ?? '' }],
      [vault, 'v1', { ...row, wrapped: row.wrapped.map((byte, at) => (at === 20 ? byte ^ 1 : byte)) }],
      [stranger, 'v1', { ...row, masterKeyId: stranger.masterKeyId }],
    ];
    const sealed = keys.seal('messages', PLACE, 'hello');
    for (const [holder, visitorId, wrong] of passedOff) {
      const wrongKeys = holder.keysOf(visitorId, [wrong]);
      expect(() => wrongKeys.seal(wrong.class, PLACE, 'hello')).toThrow(SealBroken);
      expect(() => wrongKeys.open(wrong.class, PLACE, sealed)).toThrow(SealBroken);
    }
  });

  it('has no key for a class that was shredded', () => {
    const left = vault.keysOf(
      'v1',
      rows.filter((row) => row.class !== 'messages'),
    );
    expect(() => left.seal('messages', PLACE, 'hello')).toThrow(SealBroken);
    expect(() => left.open('messages', PLACE, keys.seal('messages', PLACE, 'hello'))).toThrow(SealBroken);
    expect(left.openText('form', PLACE, keys.seal('form', PLACE, 'name'))).toBe('name');
  });

  it('remembers the keys of the visitors used last, and none that were only minted', () => {
    const small = createVault(masterKey(1), { cachedVisitors: 2 });
    const minted = ['a', 'b', 'c'].map((id) => ({ id, rows: small.mint(id, 1).rows }));
    expect(small.cached('a')).toBeNull();
    const [a, b, c] = minted;
    for (const one of [a, b]) small.keysOf(one?.id ?? '', one?.rows ?? []);
    expect(small.cached('a')).not.toBeNull();
    small.keysOf('c', c?.rows ?? []);
    expect(['a', 'b', 'c'].map((id) => small.cached(id) !== null)).toEqual([true, false, true]);
    small.forget('a');
    expect(small.cached('a')).toBeNull();
    small.keysOf('d', []);
    expect(small.cached('d')).toBeNull();
  });

  it('seals the relay’s own secrets under the master key, bound to their place', () => {
    const place = { table: 'signing_key', column: 'private', row: 'k1' };
    const sealed = vault.sealOwn(place, Buffer.from('secret'));
    expect(Buffer.from(createVault(masterKey(1)).openOwn(place, sealed)).toString()).toBe('secret');
    expect(() => vault.openOwn({ ...place, row: 'k2' }, sealed)).toThrow(SealBroken);
    expect(() => createVault(masterKey(2)).openOwn(place, sealed)).toThrow(SealBroken);
  });
});

describe('master key', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-key-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is made once, in a file for the relay alone', () => {
    const file = join(folder, 'data', 'master.key');
    const made = loadMasterKey({ value: null, file });
    expect(made.bytes).toHaveLength(32);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const again = loadMasterKey({ value: null, file });
    expect(again.id).toBe(made.id);
    expect(Buffer.from(again.bytes)).toEqual(Buffer.from(made.bytes));
    expect(loadMasterKey({ value: null, file: join(folder, 'other') }).id).not.toBe(made.id);
  });

  it('is looked for without being made', () => {
    const file = join(folder, 'data', 'master.key');
    expect(findMasterKey({ value: null, file })).toBeNull();
    expect(existsSync(join(folder, 'data'))).toBe(false);
    const made = loadMasterKey({ value: null, file });
    expect(findMasterKey({ value: null, file })?.id).toBe(made.id);
  });

  it.each([
    ['a folder', (at: string) => mkdirSync(at, { recursive: true })],
    ['under a file', (at: string) => writeFileSync(dirname(at), '')],
  ])('is refused in one line that names the remedy where it is %s', (_, prepare) => {
    const file = join(folder, 'place', 'master.key');
    prepare(file);
    for (const load of [findMasterKey, loadMasterKey])
      expect(() => load({ value: null, file })).toThrow(
        /^\S+master\.key cannot be used \(E\w+\): PARLEY_DATA must be a folder .*$/,
      );
  });

  it('is the same in base64, in hex and in a file, and its id tells nothing of it', () => {
    const bytes = Buffer.alloc(32, 7);
    const file = join(folder, 'given');
    writeFileSync(file, `${bytes.toString('hex')}\n`);
    const forms = [
      bytes.toString('hex'),
      bytes.toString('base64'),
      bytes.toString('base64url'),
      ` ${bytes.toString('base64')}\n`,
    ];
    const ids = [...forms.map((value) => loadMasterKey({ value, file }).id), loadMasterKey({ value: null, file }).id];
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^[0-9a-f]{16}$/);
    expect(bytes.toString('hex')).not.toContain(ids[0]);
  });

  it('is not taken from the file, nor made, where a value is given', () => {
    const file = join(folder, 'master.key');
    loadMasterKey({ value: Buffer.alloc(32, 3).toString('base64'), file });
    expect(existsSync(file)).toBe(false);
  });

  it.each([
    '',
    'short',
    'a'.repeat(63),
    Buffer.alloc(31).toString('base64'),
    Buffer.alloc(33).toString('base64'),
    'ä'.repeat(43),
  ])('is refused in one line that does not repeat it: %j', (value) => {
    const refuse = () => loadMasterKey({ value, file: join(folder, 'unused') });
    expect(refuse).toThrow(BadMasterKey);
    expect(refuse).toThrow(/^PARLEY_MASTER_KEY must be 32 bytes in base64 or hex: .*$/);
  });

  it('is refused, and kept as it is, when the file holds something else', () => {
    const file = join(folder, 'master.key');
    writeFileSync(file, 'not a key');
    expect(() => loadMasterKey({ value: null, file })).toThrow(/master\.key must be 32 bytes/);
    expect(readFileSync(file, 'utf8')).toBe('not a key');
  });
});
