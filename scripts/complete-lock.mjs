/**
 * Fills the holes of package-lock.json: a registry that does not carry another platform's binary leaves its entry
 * out, and then `npm ci` refuses the whole file. The entries name version and platform, so that npm skips them where
 * they do not fit and fetches them where they do. Run it after `npm install`; `--check` only looks.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = new URL('../package-lock.json', import.meta.url);
const SYSTEMS = ['darwin', 'linux', 'win32', 'android', 'freebsd', 'openharmony'];
const PROCESSORS = ['arm64', 'x64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x'];
const LIBRARIES = { musl: 'musl', musleabihf: 'musl', gnu: 'glibc', gnueabihf: 'glibc' };

/** @param {string} name @param {string} version @param {boolean} dev */
function entry(name, version, dev) {
  const parts = name.split(/[-/]/);
  const find = (words) => words.filter((word) => parts.includes(word));
  const libc = Object.keys(LIBRARIES).filter((word) => parts.includes(word));
  return {
    version,
    cpu: find(PROCESSORS),
    ...(dev && { dev: true }),
    ...(libc.length > 0 && { libc: libc.map((word) => LIBRARIES[word]) }),
    optional: true,
    os: find(SYSTEMS),
  };
}

const lock = JSON.parse(readFileSync(FILE, 'utf8'));
const missing = [];
for (const parent of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    if (lock.packages[path]?.version) continue;
    missing.push(name);
    lock.packages[path] = entry(name, version.replace(/^[~^]/, ''), parent.dev === true);
  }
}
if (missing.length > 0 && process.argv.includes('--check')) {
  console.error(
    `package-lock.json leaves out ${missing.length} platform packages (${missing[0]} …): npm ci would refuse it. Run: node scripts/complete-lock.mjs`,
  );
  process.exit(1);
}
const sorted = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
if (missing.length > 0) writeFileSync(FILE, `${JSON.stringify({ ...lock, packages: sorted }, null, 2)}\n`);
console.log(`package-lock.json: ${missing.length} entries added`);
