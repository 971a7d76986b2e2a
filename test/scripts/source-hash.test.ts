import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../../scripts/source-hash.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'parley-hash-'));

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the hash of the last build', () => {
  it('is none where build.json is absent, cut off or something else', async () => {
    mkdirSync(join(folder, 'scripts'), { recursive: true });
    mkdirSync(join(folder, 'dist'));
    copyFileSync(script, join(folder, 'scripts', 'source-hash.mjs'));
    const { builtHash } = (await import(pathToFileURL(join(folder, 'scripts', 'source-hash.mjs')).href)) as {
      builtHash(): string | null;
    };
    expect(builtHash()).toBeNull();
    const left: (string | null)[] = [];
    for (const text of ['', '{"sources":"ab', 'null', '[]', '{"sources":"abc"}']) {
      writeFileSync(join(folder, 'dist', 'build.json'), text);
      left.push(builtHash());
    }
    expect(left).toEqual([null, null, null, null, 'abc']);
  });
});
