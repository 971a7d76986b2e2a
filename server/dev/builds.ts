import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { join } from 'node:path';

/** Under `npm run dev`: when each part was built last, written by scripts/dev.mjs once a build is finished and whole. */
const STAMPS = 'dev.json';
const LOOK_EVERY = 150;

/** What is served now. */
export interface Builds {
  /** The stamps of it, as JSON. */
  served(): string;
  stop(): void;
}

/** Follows the builds; `serve` takes the new files up, and says whether it could. */
export function followBuilds(dist: string, serve: () => boolean): Builds {
  const file = join(dist, STAMPS);
  let served = read(file);
  const look = (): void => {
    const built = read(file);
    if (built === served) return;
    if (serve()) served = built;
  };
  watchFile(file, { interval: LOOK_EVERY, persistent: false }, look);
  return { served: () => served, stop: () => unwatchFile(file, look) };
}

function read(file: string): string {
  try {
    return JSON.stringify(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return '{}';
  }
}
