/**
 * Breaks each promise in turn in a copy of the tree, and sees that its test goes red: `npm run mutate [-- WORD …]` takes
 * only those whose promise has the words. `--table` writes docs/promises.md from the list instead.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MUTATIONS } from './mutations.mjs';
import { promisesTable } from './promises-table.mjs';
import { root } from './source-hash.mjs';

/** @typedef {import('./mutations.mjs').Mutation} Mutation */
/** @typedef {{ passed: number, failed: number }} Count */

if (process.argv.includes('--table')) {
  writeFileSync(join(root, 'docs', 'promises.md'), promisesTable(MUTATIONS));
} else {
  const words = process.argv.slice(2);
  const chosen = MUTATIONS.filter(({ promise }) => words.every((word) => promise.includes(word)));
  process.exitCode = judge(chosen);
}

/** @param {Mutation[]} mutations */
function judge(mutations) {
  const copy = copyTree();
  let survived = 0;
  try {
    for (const mutation of mutations) {
      const verdict = tryOne(copy, mutation);
      if (verdict !== null) survived += 1;
      console.log(`${verdict === null ? 'killed  ' : 'SURVIVED'}  ${mutation.promise}${verdict ? `: ${verdict}` : ''}`);
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  console.log(`${mutations.length - survived} of ${mutations.length} mutations were killed by the test that is named for them`);
  return survived === 0 ? 0 : 1;
}

/** What git knows of the tree, as it stands now; the packages are borrowed. */
function copyTree() {
  const copy = mkdtempSync(join(tmpdir(), 'parley-mutate-'));
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const file of files.split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** Null when the test is green without the change and red with it; else what went otherwise. @param {string} copy @param {Mutation} mutation */
function tryOne(copy, mutation) {
  const path = join(copy, mutation.file);
  const sound = readFileSync(path, 'utf8');
  if (sound.split(mutation.find).length !== 2)
    return `its place stands ${sound.split(mutation.find).length - 1} times in ${mutation.file}`;
  const before = runTest(copy, mutation);
  if (before.passed === 0 || before.failed > 0)
    return `its test is not green as it stands (${before.passed} passed, ${before.failed} failed)`;
  writeFileSync(
    path,
    sound.replace(mutation.find, () => mutation.replace),
  );
  const after = runTest(copy, mutation);
  writeFileSync(path, sound);
  return after.failed > 0 ? null : `"${mutation.name}" stays green`;
}

/** @param {string} copy @param {Mutation} mutation @returns {Count} */
function runTest(copy, { project, test, name }) {
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  const pattern = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const args = ['vitest', 'run', '--project', project, test, '-t', pattern, '--reporter=json', `--outputFile=${report}`];
  spawnSync('npx', args, { cwd: copy, stdio: 'ignore', env: { ...process.env, FAULTS_SEED: '1' } });
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests };
  } catch {
    // The run ended before a test did: that is no verdict on the promise.
    return { passed: 0, failed: 0 };
  }
}
