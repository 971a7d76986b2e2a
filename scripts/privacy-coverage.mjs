/**
 * Which rule of privacy is held by which test, read from the tests themselves: `npm run privacy:coverage` prints the
 * table, `-- --write` puts it into docs/privacy/coverage.md. A rule is held when a test names it and a mutation, which
 * names it too, is killed by its test (`npm run mutate`).
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MUTATIONS } from './mutations.mjs';
import { RULES } from './privacy-rules.mjs';
import { root } from './source-hash.mjs';

/** @typedef {{ id: string, asks: string, state: 'held' | 'tested' | 'partly' | 'open' | 'not ours', tests: string[], broken: string[], why: string }} Covered */

/** Names of tests that name a rule, in this file's order. @returns {Map<string, string[]>} */
function testsByRule() {
  const found = new Map();
  const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.test\.tsx?$/.test(file) && !file.startsWith('scripts'),
  );
  for (const file of files.sort()) {
    const text = readFileSync(join(root, 'test', file), 'utf8');
    // What a test expects of the linter is no test's name.
    const said = text.replace(/'PR-\d\d (error|warning) [^'\n]*'|`PR-\d\d (error|warning) [^`\n]*`/g, '');
    for (const [, , name] of said.matchAll(/(['"`])((?:(?!\1)[^\n])*PR-\d\d(?:(?!\1)[^\n])*)\1/g)) {
      for (const [id] of (name ?? '').matchAll(/PR-\d\d/g)) {
        const short = (name ?? '').replace(/^[[\]\s,:]*(?:\[?PR-\d\d\]?[\s,:]*)+/, '');
        found.set(id, [...(found.get(id) ?? []), `\`test/${file.replaceAll('\\', '/')}\`: ${short}`]);
      }
    }
  }
  return found;
}

/** @returns {Covered[]} */
export function coverage() {
  const tests = testsByRule();
  return RULES.map(({ id, asks, notOurs, partly, limit }) => {
    const named = [...new Set(tests.get(id) ?? [])];
    const broken = MUTATIONS.filter(({ promise }) => promise.includes(id)).map(({ promise, file }) => `${promise} (\`${file}\`)`);
    const whole = broken.length === 0 ? 'tested' : 'held';
    const state = notOurs ? 'not ours' : named.length === 0 ? 'open' : partly ? 'partly' : whole;
    return { id, asks, state, tests: named, broken, why: notOurs ?? partly ?? limit ?? '' };
  });
}

/** The chapters of the page, by the last rule of each. */
const CHAPTERS = [
  { upTo: 44, title: 'Notice, consent, storage, the network before consent, evidence' },
  { upTo: 90, title: 'Withdrawal, rights, erasure, retention, the IP, keys, the log' },
];

const numberOf = (/** @type {{ id: string }} */ { id }) => Number(id.slice(3));

/** @param {Covered[]} covered */
export function coverageTable(covered) {
  let from = 0;
  const chapters = CHAPTERS.map(({ upTo, title }) => {
    const inIt = covered.filter((one) => numberOf(one) > from && numberOf(one) <= upTo);
    from = upTo;
    return chapter(title, inIt);
  });
  return `# Which rule is held by which test

The page is made from the tests' own names and from the list of mutations (\`npm run privacy:coverage -- --write\`), and a
test holds it to them.

*Held*: a test names the rule, and a mutation that takes the rule away is killed by a test (\`npm run mutate\`). *Tested*: a
test names it, and no mutation does yet. *Partly*: what is named is still to come. *Open*: not built or not shown yet. *Not ours*: with the reason.
*Limit*: how far a rule that is held reaches, or why it is in another state.
${chapters.join('')}`;
}

/** @param {string} title @param {Covered[]} covered */
function chapter(title, covered) {
  const count = (/** @type {Covered['state']} */ state) => covered.filter((one) => one.state === state).length;
  const cell = (/** @type {string[]} */ texts) => texts.map((text) => text.replaceAll('|', '\\|')).join('<br>');
  const rows = covered.map(
    ({ id, asks, state, tests, broken, why }) =>
      `| ${id} | ${asks} | ${state} | ${cell([why])} | ${cell(tests)} | ${cell(broken)} |`,
  );
  return `
## ${title}

${count('held')} held, ${count('partly')} partly, ${count('tested')} tested, ${count('open')} open, ${count('not ours')} not ours.

| Rule | What it asks | State | Limit | Tests that name it | What is broken to see one go red |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const table = coverageTable(coverage());
  if (process.argv.includes('--write')) writeFileSync(join(root, 'docs', 'privacy', 'coverage.md'), table);
  else console.log(table);
}
