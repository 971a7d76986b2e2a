/**
 * Builds the widget, the console and the relay into `dist/`.
 * `--if-stale` builds only when the sources are not those of the last build.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { builtHash, dist, root, sourceHash } from './source-hash.mjs';

export async function build() {
  const sources = sourceHash();
  // Until build.json stands there again, what lies in dist counts as unfinished.
  rmSync(join(dist, 'build.json'), { force: true });
  mkdirSync(dist, { recursive: true });
  buildRelay();
  const [{ buildWidget }, { buildConsole }] = await Promise.all([import('./build-widget.mjs'), import('./build-console.mjs')]);
  await buildWidget();
  await buildConsole();
  writeFileSync(join(dist, 'build.json'), `${JSON.stringify({ sources })}\n`);
}

function buildRelay() {
  for (const folder of ['server', 'shared']) rmSync(join(dist, folder), { recursive: true, force: true });
  const tsc = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'tsc.cmd' : 'tsc');
  if (!existsSync(tsc)) throw new Error('The tools of the build are missing. Run: npm ci');
  const done = spawnSync(tsc, ['-p', join(root, 'tsconfig.server.json')], { stdio: 'inherit' });
  if (done.status !== 0) throw new Error('The relay does not compile; see the lines above.');
  // What pages load as it stands lies in folders called public, beside the code that serves it.
  const server = join(root, 'server');
  for (const entry of readdirSync(server, { recursive: true, withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name !== 'public') continue;
    const folder = join(entry.parentPath, entry.name);
    cpSync(folder, join(dist, 'server', relative(server, folder)), { recursive: true });
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === import.meta.filename) {
  if (!process.argv.includes('--if-stale') || sourceHash() !== builtHash()) await build();
}
