import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { visitorExport } from '../../shared/export.ts';
import { newId } from '../../shared/ids.ts';
import { archiveOf, unzip } from '../support/archive.ts';
import { runCli } from '../support/cli.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { startVisitor } from '../support/visitor.ts';

let relay: TestRelay;
const folder = mkdtempSync(join(tmpdir(), 'parley-export-'));

beforeAll(async () => {
  relay = await startTestRelay();
});
afterAll(async () => {
  await relay?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('parley export', () => {
  it('writes the same for the operator into a new file, for its owner’s eyes, and the visitor can see that it did', async () => {
    const visitor = await startVisitor(relay);
    const env = { PARLEY_DATA: relay.dataDir };
    const file = join(folder, 'one.zip');
    const run = await runCli(['export', visitor.conversationId, file], env);
    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toBe(`${file}: everything about the visitor of conversation ${visitor.conversationId}, in 4 files.\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const written = unzip(readFileSync(file));
    expect(visitorExport.parse(JSON.parse(String(written.get('export.json')))).conversations[0]?.id).toBe(visitor.conversationId);
    const { data } = await archiveOf(relay, visitor.session);
    expect(data.access.map(({ kind, by }) => [kind, by])).toEqual([
      ['export.operator', 'operator'],
      ['export.visitor', 'visitor'],
    ]);
  });

  it('overwrites nothing, leaves nothing behind, and says in a line what is wrong', async () => {
    const visitor = await startVisitor(relay);
    const env = { PARLEY_DATA: relay.dataDir };
    const there = join(folder, 'there.zip');
    writeFileSync(there, 'mine');
    const [taken, nowhere, nobody, half] = await Promise.all([
      runCli(['export', visitor.conversationId, there], env),
      runCli(['export', visitor.conversationId, join(folder, 'none', 'two.zip')], env),
      runCli(['export', newId(), join(folder, 'three.zip')], env),
      runCli(['export', visitor.conversationId], env),
    ]);
    expect([taken.status, taken.stderr]).toEqual([1, expect.stringContaining(`${there} is there already.`)]);
    expect(readFileSync(there, 'utf8')).toBe('mine');
    expect([nowhere.status, nowhere.stderr]).toEqual([1, expect.stringContaining('two.zip cannot be written (ENOENT).')]);
    expect([nobody.status, nobody.stderr]).toEqual([1, expect.stringMatching(/^There is no conversation "[\w-]+"\.\n$/)]);
    expect(existsSync(join(folder, 'three.zip'))).toBe(false);
    expect([half.status, half.stderr]).toEqual([2, expect.stringMatching(/^parley start /)]);
    expect(await relay.ctx.store.read.audit.of(visitor.conversationId)).toEqual([]);
  });
});
