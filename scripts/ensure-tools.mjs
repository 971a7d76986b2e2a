/**
 * Makes sure that the tests have a Chromium, a PostgreSQL and strace: takes what is there, installs what is missing
 * on Debian as root, and elsewhere says in one line what to install.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findChromium, findPostgres, findStrace } from './find-tools.mjs';

const missing = [
  { name: 'Chromium', debian: 'chromium', found: () => findChromium() !== null, hint: 'Chromium (or set CHROMIUM_PATH)' },
  {
    name: 'PostgreSQL',
    debian: 'postgresql',
    // Also where DATABASE_URL names another: the tests kill one of their own.
    found: () => findPostgres() !== null,
    hint: 'PostgreSQL (its initdb and pg_ctl)',
  },
  {
    name: 'strace',
    debian: 'strace',
    found: () => findStrace() !== null,
    hint: 'strace, which is for Linux alone (what the relay does to the disk is watched with it)',
  },
].filter((tool) => !tool.found());

if (missing.length > 0) install();

function install() {
  const debianRoot = existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;
  if (!debianRoot) fail(`The tests need ${missing.map((tool) => tool.hint).join(' and ')}. Install it and run again.`);
  console.log(`Installing for the tests, by apt-get: ${missing.map((tool) => tool.name).join(', ')}`);
  const packages = missing.map((tool) => tool.debian);
  aptGet('update', '-q');
  aptGet('install', '-q', '-y', '--no-install-recommends', ...packages);
  const still = missing.filter((tool) => !tool.found());
  if (still.length > 0)
    fail(`apt-get installed ${packages.join(', ')}, but ${still.map((tool) => tool.name).join(', ')} is not found.`);
}

/** @param {string[]} args */
function aptGet(...args) {
  const run = spawnSync('apt-get', args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (run.status !== 0) fail(`apt-get ${args.join(' ')} failed:\n${run.stderr || run.stdout}`);
}

/** @param {string} line */
function fail(line) {
  console.error(line);
  process.exit(1);
}
