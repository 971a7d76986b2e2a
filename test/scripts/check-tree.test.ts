import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../../scripts/check-tree.mjs', import.meta.url));
const folders: string[] = [];

/** Runs the check over a tree of these files. */
function check(files: Record<string, string>): { status: number | null; faults: string } {
  const folder = mkdtempSync(join(tmpdir(), 'parley-tree-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const done = spawnSync(process.execPath, [script, folder], { encoding: 'utf8' });
  return { status: done.status, faults: done.stderr };
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const schemas = { 'shared/events.ts': "import { z } from 'zod';\nexport const seq = z.number();\nexport type Seq = number;\n" };

describe('the check of the tree', () => {
  it('passes a tree in order', () => {
    const { status, faults } = check({
      ...schemas,
      'package-lock.json': '{ "packages": { "zod": { "version": "4.6.7" } } }',
      'shared/words.ts': "import type { Seq } from './events.ts';\nexport const one: Seq = 1;\n",
      'widget/chat/connection.ts':
        "import { io } from 'socket.io-client';\nimport type { Seq } from '../../shared/events.ts';\nexport { io };\n",
      'widget/chat/chat.tsx': "import { one } from '../../shared/words.ts';\nimport { h } from 'preact';\nexport { h, one };\n",
      'server/config.ts': 'export const port = process.env.PORT;\n',
      'server/store/sqlite.ts': "import Database from 'better-sqlite3';\nexport { Database };\n",
      'server/consent/routes.ts': "import { Router } from 'express';\nexport { Router };\n",
      'server/http.ts': "import { Router } from './consent/routes.ts';\nexport { Router };\n",
      // Words in comments and strings are no imports.
      'server/consent/rules.ts': "// import x from 'express'\nexport const text = \"import x from 'pg'; process\";\n",
    });
    expect(faults).toBe('');
    expect(status).toBe(0);
  });

  it.each([
    [
      'a registry in the lockfile',
      { 'package-lock.json': '{ "resolved": "https://somewhere" }' },
      'package-lock.json: names where',
    ],
    ['shared that reads files', { 'shared/a.ts': "import { readFileSync } from 'node:fs';\n" }, 'shared is pure rules'],
    ['shared that imports the relay', { 'shared/a.ts': "import { x } from '../server/x.ts';\n" }, 'shared knows no one'],
    ['the widget that imports the console', { 'widget/a.ts': "import { x } from '../console/x.ts';\n" }, 'imports shared only'],
    [
      'the console that imports the relay',
      { 'console/a.ts': "import type { X } from '../server/x.ts';\n" },
      'imports shared only',
    ],
    ['the relay that imports the widget', { 'server/a.ts': "import { x } from '../widget/x.ts';\n" }, 'imports shared only'],
    ['schemas in a browser', { ...schemas, 'widget/a.ts': "import { seq } from '../shared/events.ts';\n" }, 'runs zod'],
    [
      'schemas in a browser by a detour',
      { ...schemas, 'shared/b.ts': "export * from './events.ts';\n", 'console/a.ts': "import { seq } from '../shared/b.ts';\n" },
      'runs zod',
    ],
    [
      'schemas in a browser on demand',
      { ...schemas, 'widget/a.ts': "const m = await import('../shared/events.ts');\n" },
      'runs zod',
    ],
    ['a second file with a socket', { 'widget/chat/a.ts': "import { io } from 'socket.io-client';\n" }, 'know the socket'],
    ['a heavy package in a browser', { 'console/a.ts': "import _ from 'lodash';\n" }, 'budget'],
    ['Node in a browser', { 'widget/a.ts': "import { join } from 'node:path';\n" }, 'budget'],
    ['a driver outside its opener', { 'server/store/sql-store.ts': "import pg from 'pg';\n" }, 'server/store/postgres.ts'],
    [
      'a rule that knows requests',
      { 'server/consent/start.ts': "import type { Request } from 'express';\n" },
      'neither request nor socket',
    ],
    [
      'a rule that knows sockets',
      { 'server/consent/start.ts': "import { Server } from 'socket.io';\n" },
      'neither request nor socket',
    ],
    [
      "another feature's routes",
      { 'server/consent/start.ts': "import { x } from '../agents/routes.ts';\n" },
      'mounted by http.ts',
    ],
    [
      'a ledger that knows who decides',
      { 'server/ledger/verify.ts': "import { x } from '../consent/decide.ts';\n" },
      'knows store and vault alone',
    ],
    ['the environment read elsewhere', { 'server/log.ts': 'export const level = process.env.LEVEL;\n' }, 'process.env'],
    ['the environment by another name', { 'server/log.ts': "import { env } from 'node:process';\n" }, 'process.env'],
    ['a skipped test', { 'test/shared/a.test.ts': "it.skip('x', () => {});\n" }, 'skipped or focused'],
    ['a focused test', { 'test/relay/a.test.ts': "describe.only('x', () => {});\n" }, 'skipped or focused'],
    ['a test skipped while it runs', { 'test/relay/a.test.ts': "it('x', (ctx) => { ctx.skip(); });\n" }, 'skipped or focused'],
    ['a conditional test', { 'test/relay/a.test.ts': "it.skipIf(true)('x', () => {});\n" }, 'skipped or focused'],
    ['a test that never runs', { 'test/elsewhere/a.test.ts': 'export {};\n' }, 'never runs'],
    ['a second name for tests', { 'test/shared/a.spec.ts': 'export {};\n' }, '<behaviour>.test.ts'],
    ['an overgrown file', { 'server/a.ts': 'export {};\n'.repeat(401) }, '401 lines'],
  ])('refuses %s, with the remedy', (_, files: Record<string, string>, remedy) => {
    const { status, faults } = check(files);
    expect(faults).toContain(remedy);
    expect(status).toBe(1);
  });
});
