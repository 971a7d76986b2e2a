import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const server = fileURLToPath(new URL('../../server/', import.meta.url));

describe('what is sealed under the master key itself', () => {
  it('[PR-71] is known to a rotation: who seals so stands in server/store/keys.ts too, or what they sealed is lost', () => {
    const files = readdirSync(server, { recursive: true, encoding: 'utf8' })
      .map((file) => file.replaceAll('\\', '/'))
      .filter((file) => file.endsWith('.ts') && !file.startsWith('vault/'));
    const sealing = files.filter((file) => readFileSync(join(server, file), 'utf8').includes('.sealOwn('));
    expect(sealing.sort()).toEqual(['breaches/record.ts', 'ledger/signing.ts', 'webhooks/secret.ts']);
    const known = readFileSync(join(server, 'store/keys.ts'), 'utf8');
    for (const table of ['breach', 'webhook']) expect(known).toContain(`{ table: '${table}', column: `);
  });
});
