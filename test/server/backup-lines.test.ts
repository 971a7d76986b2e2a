import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packedLines, sumOf, writePacked } from '../../server/backup/lines.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-lines-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function* each(lines: string[]): AsyncGenerator<string> {
  for (const line of lines) yield `${line}\n`;
}

async function allLines(file: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of packedLines(file)) lines.push(line);
  return lines;
}

describe('the files of a backup', () => {
  it('give back every line as it was: any sign of any language, a very long one, and the ends of line that are none of ours', async () => {
    const lines = ['["a","Grüß Gott \u2028 \u2029 \u0085"]', `["${'x'.repeat(3_000_000)}"]`, '["chào bạn 👋🏽"]', '[]'];
    const file = join(folder, 'one.gz');
    const sum = await writePacked(file, each(lines));
    expect(await allLines(file)).toEqual(lines);
    expect(await sumOf(file)).toEqual(sum);
    expect(sum.bytes).toBe(statSync(file).size);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await expect(writePacked(file, each(lines))).rejects.toThrow('EEXIST');
  });

  it('are refused where they end too early', async () => {
    const file = join(folder, 'two.gz');
    await writePacked(file, each(Array.from({ length: 1000 }, (_, at) => `[${at}]`)));
    writeFileSync(file, readFileSync(file).subarray(0, -20));
    await expect(allLines(file)).rejects.toThrow();
    await expect(allLines(join(folder, 'none.gz'))).rejects.toThrow('ENOENT');
  });
});
