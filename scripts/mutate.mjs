/**
 * Breaks each promise in turn in a copy of the tree, and sees that its test goes red: `npm run mutate [-- WORD …]` takes
 * only those whose promise, file or test has the words; `a|b` is either. `--table` writes docs/promises.md from the list instead.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MUTATIONS } from './mutations.mjs';
import { promisesTable } from './promises-table.mjs';
import { root } from './source-hash.mjs';

/** @typedef {import('./mutations.mjs').Mutation} Mutation */

/** How each test ended with the tree as it stands: several promises may name one test. @type {Map<string, string>} */
const endsWhenSound = new Map();

if (process.argv.includes('--table')) {
  writeFileSync(join(root, 'docs', 'promises.md'), promisesTable(MUTATIONS));
} else {
  const words = process.argv.slice(2);
  const chosen = MUTATIONS.filter(({ promise, file, test }) =>
    words.every((word) => word.split('|').some((either) => `${promise} ${file} ${test}`.includes(either))),
  );
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
  // What a change leaves unused must not stop the build: the promise is for the test to judge.
  const config = join(copy, 'tsconfig.json');
  writeFileSync(config, readFileSync(config, 'utf8').replaceAll(/("noUnused\w+":) true/g, '$1 false'));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** Null when the test is green without the change and red with it; else what went otherwise. @param {string} copy @param {Mutation} mutation */
function tryOne(copy, mutation) {
  const path = join(copy, mutation.file);
  const sound = readFileSync(path, 'utf8');
  let broken = sound;
  for (const { find, replace } of [mutation, ...(mutation.also ? [mutation.also] : [])]) {
    if (broken.split(find).length !== 2) return `its place stands ${broken.split(find).length - 1} times in ${mutation.file}`;
    broken = broken.replace(find, () => replace);
  }
  const before = soundly(copy, mutation);
  if (before !== 'passed') return `its test is ${before} as the tree stands`;
  writeFileSync(path, broken);
  const after = runTest(copy, mutation);
  writeFileSync(path, sound);
  return after === 'failed' ? null : `"${mutation.name}" is ${after}`;
}

/** @param {string} copy @param {Mutation} mutation @returns {string} */
function soundly(copy, mutation) {
  const key = `${mutation.test} ${mutation.name}`;
  const known = endsWhenSound.get(key) ?? runTest(copy, mutation);
  endsWhenSound.set(key, known);
  return known;
}

/** How the named test ended; a run that never came to it is no verdict on the promise. @param {string} copy @param {Mutation} mutation @returns {string} */
function runTest(copy, { project, test, name, run = name }) {
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  const pattern = run.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const args = ['vitest', 'run', '--project', project, test, '-t', pattern, '--reporter=json', `--outputFile=${report}`];
  // One that hangs is no verdict either.
  spawnSync('npx', args, { cwd: copy, stdio: 'ignore', timeout: 600_000, env: { ...process.env, FAULTS_SEED: '1' } });
  if (!existsSync(report)) return 'not reached';
  /** @type {{ testResults: { assertionResults: { fullName: string, status: string }[] }[] }} */
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const ends = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ fullName }) => fullName.includes(name))
    .map(({ status }) => status);
  if (ends.includes('failed')) return 'failed';
  return ends.includes('passed') ? 'passed' : 'not reached';
}
