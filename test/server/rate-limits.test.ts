import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Limits } from '../../server/config.ts';
import { createLimits, type RateLimits } from '../../server/rate-limits.ts';
import { DAY, HOUR } from '../../shared/limits.ts';

const IP = '203.0.113.161';
const BEGAN = Date.UTC(2026, 5, 1, 12);
/** One point in two days: what is refused on the next day was counted under the same value. */
const ONCE = { points: 1, windowMs: 2 * DAY };
const LIMITS: Limits = {
  ...{ startsPerAddress: ONCE, postsPerAddress: ONCE, rightsPerAddress: ONCE, commandsPerSocket: ONCE },
  ...{ loginsPerAccountAndAddress: ONCE, loginsPerAccount: ONCE, searchesPerAgent: ONCE, requestsPerVisitor: ONCE },
  changesPerVisitor: ONCE,
};

describe('what an address is counted under (PR-64)', () => {
  let now: number;
  /** Every value that a counter was given, as it stands in memory. */
  let values: string[];

  beforeEach(() => {
    now = BEGAN;
    values = [];
    const consume = RateLimiterMemory.prototype.consume;
    vi.spyOn(RateLimiterMemory.prototype, 'consume').mockImplementation(function (this: RateLimiterMemory, key, ...rest) {
      values.push(String(key));
      return consume.call(this, key, ...rest);
    });
  });
  afterEach(() => vi.restoreAllMocks());

  const limitsOf = (newSecret?: () => Uint8Array): RateLimits =>
    createLimits(LIMITS, { clock: () => now, ...(newSecret && { newSecret }) });
  const come = (limits: RateLimits, ip = IP): Promise<string> =>
    limits.consume('startsPerAddress', ip).then(
      () => 'let in',
      (error: Error & { code?: string }) => error.code ?? error.message,
    );

  it('is an HMAC-SHA-256 under the secret of the day, and never the address', async () => {
    const secret = Buffer.alloc(32, 7);
    expect(await come(limitsOf(() => secret))).toBe('let in');
    expect(values).toEqual([createHmac('sha256', secret).update(IP).digest('base64')]);
  });

  it('is the same within a day, and on two days nothing that links the one to the other', async () => {
    const limits = limitsOf();
    expect(await come(limits)).toBe('let in');
    now = BEGAN + DAY - 1;
    expect(await come(limits)).toBe('rate_limited');
    now = BEGAN + DAY;
    expect(await come(limits)).toBe('let in');
    const [first, later, nextDay] = values;
    expect(later).toBe(first);
    expect(nextDay).not.toBe(first);
    // A new secret each time, not one of two that take turns.
    for (const day of [2, 3, 4]) {
      now = BEGAN + day * DAY;
      expect(await come(limits)).toBe('let in');
    }
    expect(new Set(values).size).toBe(5);
  });

  it('does not live on under a clock that was put back, and whoever was let past a bar is forgotten with it', async () => {
    const limits = limitsOf();
    await come(limits);
    limits.remember(IP);
    expect(limits.remembers(IP)).toBe(true);
    now = BEGAN - 30 * HOUR;
    expect(limits.remembers(IP)).toBe(false);
    await come(limits);
    expect(values[1]).not.toBe(values[0]);
  });

  it('is another at each relay and each start', async () => {
    for (const limits of [limitsOf(), limitsOf()]) await come(limits);
    expect(values[0]).not.toBe(values[1]);
  });

  it('is found by no dictionary of IPv4 addresses, hashed in any usual way', async () => {
    await come(limitsOf());
    const wanted = new Set(values);
    expect(dictionary().filter((value) => wanted.has(value))).toEqual([]);
    // The same dictionary finds what is hashed without a secret, at once.
    for (const plain of [createHash('sha256'), createHmac('sha256', '')].map((one) => one.update(IP).digest('base64')))
      expect(dictionary()).toContain(plain);
  });
});

/** What each address of 203.0.113.0/24, the one that came among them, gives by the plain hashes, and by a key that anybody would try. */
function dictionary(): string[] {
  const makers: (() => Hash | Hmac)[] = [
    ...['md5', 'sha1', 'sha256', 'sha384', 'sha512'].map((name) => () => createHash(name)),
    ...['', 'secret', 'parley', Buffer.alloc(32)].map((key) => () => createHmac('sha256', key)),
  ];
  const addresses = Array.from({ length: 256 }, (_, at) => `203.0.113.${at}`);
  return addresses.flatMap((address) =>
    makers.flatMap((make) => {
      const digest = make().update(address).digest();
      return (['hex', 'base64', 'base64url'] as const).map((form) => digest.toString(form));
    }),
  );
}

/** Names under which an address goes through the relay. */
const ADDRESS = /\b(ip|ips|addr|address|addressOf|remoteAddress|forwarded|clientIp|peer|who|here|place|storedIp)\b/i;
const HASHED = /\b(createHash|createHmac|nodeHash|sha256|sha1|md5|toHex\(hash)\b/;
/** The one place where an address meets a hash. */
const COUNTED = "server/rate-limits.ts: return createHmac('sha256', secret).update(who).digest('base64')";

/** Statements in which something that names an address is hashed; comments and what is imported are none. */
function hashedAddresses(file: string, text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '').replace(/^import [^;]*;/gm, '');
  return code
    .split(/[;{}]/)
    .map((statement) => statement.replace(/\s+/g, ' ').trim())
    .filter((statement) => HASHED.test(statement) && ADDRESS.test(statement.replace(/'[^']*'/g, '')))
    .map((statement) => `${file}: ${statement}`);
}

describe('a scan of the relay’s sources (PR-64)', () => {
  it('finds no hash of an address but the one under the secret of the day', () => {
    const root = join(import.meta.dirname, '../..');
    const found = ['server', 'shared'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .flatMap((name) => {
          const file = `${folder}/${name.replaceAll('\\', '/')}`;
          return hashedAddresses(file, readFileSync(join(root, file), 'utf8'));
        }),
    );
    expect(found).toEqual([COUNTED]);
  });

  it.each([
    "const key = createHash('sha256').update(req.ip ?? '').digest('hex');",
    "const key = createHmac('sha256', 'a salt').update(addressOf(req)).digest('hex');",
    'return sha256(utf8.encode(remoteAddress));',
    "counts.set(\n  createHash('md5')\n    .update(from.ip)\n    .digest('hex'),\n  1,\n);",
  ])('would find %s', (statement) => {
    expect(hashedAddresses('x.ts', statement)).toHaveLength(1);
  });
});
