import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const PARTS = ['console', 'scripts', 'server', 'shared', 'widget'];
const FILES = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.server.json'];

export interface TreeCopy {
  folder: string;
  remove(): void;
}

/** The sources in a folder of their own, with the packages of this one and nothing built. */
export function copyTree(): TreeCopy {
  const folder = mkdtempSync(join(tmpdir(), 'parley-tree-'));
  for (const name of [...PARTS, ...FILES]) cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) };
}
