import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** Frozen vectors have keys of their own, which open nothing; the lock file has hashes of packages. */
const LEFT_OUT = /^(test\/vectors\/|package-lock\.json$)/;
const BINARY = /\.(png|webp|woff2?|ico|mp3|wav|gz|zip|sqlite)$/;

/** What is committed; where there is no repository, as in a copy of the tree, all that would be. */
function files(): string[] {
  const all = existsSync(join(ROOT, '.git'))
    ? execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' }).split('\0').filter(Boolean)
    : readdirSync(ROOT, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
        .filter((file) => !/^(node_modules|dist|coverage|data)\/|(^|\/)\.parley/.test(file));
  return all.filter((file) => !LEFT_OUT.test(file) && !BINARY.test(file) && existsSync(join(ROOT, file)));
}

const PRIVATE_KEY = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{16}/;
/** An Ed25519, EC or RSA key as JSON: its private part is `d`. */
const PRIVATE_JWK = /"kty"[^{}]*"d"\s*:\s*"[\w-]{20,}"|"d"\s*:\s*"[\w-]{20,}"[^{}]*"kty"/;
/** A name that speaks of a secret, and a value of its own in quotes or after `NAME=`, of letters that a generator uses. */
const GIVEN =
  /\b[\w.-]*(?:key|secret|token|passw(?:or)?d|credential)[\w-]*["'`]?\s*(?::\s*[\w<>| ]+)?\s*[:=]\s*(?:["'`]([\w+/=.-]{20,})["'`]|([\w+/=-]{20,})\s*$)/gim;

/** Bits per sign by Shannon: a word has 3 at most, 32 hex signs of a generator 3.5, base64 more. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const sign of text) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  return [...counts.values()].reduce((sum, n) => sum - (n / text.length) * Math.log2(n / text.length), 0);
}

/** Words joined by dots, hyphens or lines, and paths, are no secrets; what a generator made mixes letters and digits. */
const isGenerated = (value: string): boolean =>
  /\d/.test(value) && /[a-z]/i.test(value) && entropy(value) > 3.4 && (value.match(/[a-z]\d|\d[a-z]/gi) ?? []).length >= 3;

/** Findings of one file: what kind, and the line; never the value. */
function secretsIn(file: string, text: string): string[] {
  const found = [
    ...(PRIVATE_KEY.test(text) ? [`${file}: a private key`] : []),
    ...(PRIVATE_JWK.test(text) ? [`${file}: a private key as JSON`] : []),
  ];
  for (const match of text.matchAll(GIVEN)) {
    const value = match[1] ?? match[2] ?? '';
    if (isGenerated(value)) found.push(`${file}:${text.slice(0, match.index).split('\n').length}: a value for a secret`);
  }
  return found;
}

describe('the repository (PR-71)', () => {
  it('holds no private key, and no token, password or key that a generator made', () => {
    const all = files();
    expect(all.length).toBeGreaterThan(500);
    expect(all.flatMap((file) => secretsIn(file, readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
  });

  // In pieces, so that the scan does not find them here.
  const random = ['9f86d081884c7d65', '9a2feaa0c55ad015'].join('');
  it.each([
    ['a key as PEM', `${['-----BEGIN', 'PRIVATE KEY-----'].join(' ')}\nMC4CAQAwBQYDK2VwBCIEIA\n`],
    ['a key as JSON', `{"kty":"OKP","crv":"Ed25519","d":"${random}","x":"y"}`],
    ['a constant', `const API_KEY = '${random}';`],
    ['a typed constant', `const webhookSecret: string = "${random}";`],
    ['a field', `{ "access_token": "${random}" }`],
    ['an environment file', `PARLEY_MASTER_KEY=${random}\n`],
    ['base64', `password: '${['q83vEjRWeJCrze8S', 'NFZ4kKvN7xI0VniQ'].join('')}'`],
  ])('would be found to hold %s', (_what, text) => {
    expect(secretsIn('x', text)).toHaveLength(1);
  });

  it.each([
    "const key = 'conversation.closed.by.visitor';",
    "token: 'the-hash-of-a-secret-and-no-more'",
    "name: 'PARLEY_OWNER_PASSWORD'",
  ])('would not be found to hold a word for one: %s', (text) => {
    expect(secretsIn('x', text)).toEqual([]);
  });
});
