/** One hash over everything that the build reads: it says whether `dist/` is still what the sources say. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
export const dist = join(root, 'dist');

const FOLDERS = ['shared', 'server', 'widget', 'console'];
const FILES = [
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.server.json',
  'scripts/build.mjs',
  'scripts/build-widget.mjs',
  'scripts/build-console.mjs',
];

/** Null where there are no sources, as in an image that holds only `dist/`. @returns {string | null} */
export function sourceHash() {
  if (FOLDERS.some((folder) => !existsSync(join(root, folder)))) return null;
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/')),
  );
  const hash = createHash('sha256');
  for (const file of [...files, ...FILES.filter((name) => existsSync(join(root, name)))].sort()) {
    const bytes = readFileSync(join(root, file));
    hash.update(`${file}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

/** The hash of the sources that `dist/` was built from; null when there is no finished build. @returns {string | null} */
export function builtHash() {
  const file = join(dist, 'build.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')).sources ?? null;
  } catch {
    // Not there, or cut off in the middle: the next build writes it whole.
    return null;
  }
}
