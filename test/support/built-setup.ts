import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const build = fileURLToPath(new URL('../../scripts/build.mjs', import.meta.url));
const shared = globalThis as { parleyTestBuilt?: true };

/** The relay serves the built front ends: a test must never judge yesterday's. */
export function setup(): void {
  if (shared.parleyTestBuilt) return;
  const done = spawnSync(process.execPath, [build, '--if-stale'], { stdio: 'inherit' });
  if (done.status !== 0) throw new Error('The build failed. Run: npm run build');
  shared.parleyTestBuilt = true;
}
