/**
 * Holds the shape of the tree that ARCHITECTURE.md draws, where a linter cannot: who may import whom, who reads
 * the environment, no skipped test, no overgrown file, a lockfile that names no registry.
 * `node scripts/check-tree.mjs [folder]` ends with 1 and one line per fault, each with its remedy.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importFault } from './import-rules.mjs';
import { importsOf, withoutComments, withoutStrings } from './imports.mjs';

const MAX_LINES = 400;
const FOLDERS = ['shared', 'widget', 'console', 'server', 'test', 'scripts'];
/** Where vite.config.ts looks; a test elsewhere would never run. */
const TEST_HOMES = /^test\/(shared|server|store|scripts|widget|console|relay|e2e|faults)\//;
const ENVIRONMENT_READERS = /^(server\/config\.ts|server\/cli\.ts|server\/cli\/|scripts\/|test\/|[^/]+$)/;

const root = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..'));
/** @type {string[]} */
const faults = [];

const files = sourceFiles();
const sources = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
const imports = new Map(
  files.map((file) => [file, importsOf(sources.get(file) ?? '').map((one) => ({ ...one, target: target(file, one.from) }))]),
);
const schemas = filesThatRunZod();

checkLockfile();
for (const file of files) {
  checkSize(file);
  checkImports(file);
  checkEnvironment(file);
  checkTests(file);
}
for (const fault of faults) console.error(fault);
if (faults.length > 0) console.error(`${faults.length} fault${faults.length === 1 ? '' : 's'} in the tree.`);
process.exitCode = faults.length > 0 ? 1 : 0;

function sourceFiles() {
  const inFolders = FOLDERS.filter((folder) => existsSync(join(root, folder))).flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|tsx|mts|mjs|js|jsx)$/.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/')),
  );
  return inFolders.sort();
}

/** The file in this tree that an import names, or null for a package. */
function target(file, from) {
  return from.startsWith('.') ? posix.normalize(posix.join(posix.dirname(file), from)) : null;
}

/** Files of shared/ that bring zod along when they are imported by value. */
function filesThatRunZod() {
  const found = new Set();
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const [file, list] of imports) {
      if (!file.startsWith('shared/')) continue;
      if (list.some((one) => !one.typeOnly && (/^zod(\/|$)/.test(one.from) || found.has(one.target)))) found.add(file);
    }
  }
  return found;
}

function checkLockfile() {
  const file = join(root, 'package-lock.json');
  if (!existsSync(file) || !readFileSync(file, 'utf8').includes('"resolved"')) return;
  faults.push(
    'package-lock.json: names where packages were fetched from ("resolved"). Delete it, see that .npmrc holds omit-lockfile-registry-resolved=true, and run npm install.',
  );
}

function checkSize(file) {
  const lines = (sources.get(file) ?? '').split('\n').length - 1;
  if (lines > MAX_LINES) faults.push(`${file}: ${lines} lines, ${MAX_LINES} at most. Split it by what it is about.`);
}

function checkImports(file) {
  for (const one of imports.get(file) ?? []) {
    const fault = importFault(file, one, schemas);
    if (fault) faults.push(`${file}:${one.line}: imports ${one.from}. ${fault}`);
  }
}

function checkEnvironment(file) {
  if (ENVIRONMENT_READERS.test(file)) return;
  const imported = (imports.get(file) ?? []).find((one) => /^(node:)?process$/.test(one.from));
  const line = imported?.line ?? lineOf(file, /\bprocess\s*\.\s*env\b/);
  if (line)
    faults.push(`${file}:${line}: reads process.env. Only server/config.ts does: add a field to Config and take it from there.`);
}

function checkTests(file) {
  if (!file.startsWith('test/')) return;
  if (/\.(spec|tests)\.[a-z]+$/.test(file)) faults.push(`${file}: a test file is named <behaviour>.test.ts.`);
  if (!/\.test\.tsx?$/.test(file)) return;
  if (!TEST_HOMES.test(file)) faults.push(`${file}: no project of vite.config.ts looks here, so it never runs. Move it.`);
  const line = lineOf(
    file,
    /\b(it|test|describe|suite|bench)(\s*\.\s*\w+)*\s*\.\s*(only|skip|todo|skipIf|runIf|fails)\b|\b(xit|xtest|xdescribe|fit|fdescribe)\s*\(|\b(ctx|context|task)\s*\.\s*skip\s*\(/,
  );
  if (line)
    faults.push(
      `${file}:${line}: a skipped or focused test. Run it, mend it or delete it; a missing tool is an error, not a skip.`,
    );
}

/** The line of the first match outside of comments, or 0. */
function lineOf(file, pattern) {
  const text = withoutStrings(withoutComments(sources.get(file) ?? ''));
  const match = pattern.exec(text);
  return match ? text.slice(0, match.index).split('\n').length : 0;
}
