import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built front ends, read once at the start. */
export interface Assets {
  widgetDir: string;
  consoleDir: string;
  demoDir: string;
  /** The loader with its placeholder. */
  loader: string;
  frame: string;
  /** The page of a visitor's receipts. */
  receipt: string;
  console: string;
  /** Addresses of the modules on the relay, e.g. `/w/assets/host-x.js`. */
  hostModule: string;
  chatModule: string;
  fullModule: string;
  privacyModule: string;
  /** The names of all of these in the folder of the widget. */
  widgetFiles: string[];
  /** SHA-256 over everything a visitor's browser runs: which build was it (PR-36 `ui_build_hash`). */
  widgetBuild: string;
}

/** The start stops on this, with its one line. */
class NotBuilt extends Error {
  override readonly name = 'NotBuilt';
}

interface Manifest {
  host: string;
  chat: string;
  full: string;
  privacy: string;
}

/** The build lies beside the compiled relay, and under `dist/` of a checkout. */
export function distDir(): string {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const beside = join(here, '..');
  return existsSync(join(beside, 'widget', 'manifest.json')) ? beside : join(beside, 'dist');
}

/** @throws NotBuilt when the front ends are not built. */
export function loadAssets(): Assets {
  const dist = distDir();
  const widgetDir = join(dist, 'widget');
  if (!existsSync(join(widgetDir, 'manifest.json'))) throw new NotBuilt('The widget is not built. Run: npm run build');
  const read = (...path: string[]): string => readFileSync(join(dist, ...path), 'utf8');
  const manifest = JSON.parse(read('widget', 'manifest.json')) as Manifest;
  const files = [
    'loader.js',
    'frame.html',
    'shown.html',
    ...readdirSync(join(widgetDir, 'assets')).map((name) => `assets/${name}`),
  ].sort();
  const build = createHash('sha256');
  for (const file of files) build.update(file).update(readFileSync(join(widgetDir, file)));
  return {
    widgetDir,
    consoleDir: join(dist, 'console'),
    demoDir: fileURLToPath(new URL('./demo/public', import.meta.url)),
    loader: read('widget', 'loader.js'),
    frame: read('widget', 'frame.html'),
    receipt: read('widget', 'receipt.html'),
    console: read('console', 'index.html'),
    hostModule: `/w/${manifest.host}`,
    chatModule: `/w/${manifest.chat}`,
    fullModule: `/w/${manifest.full}`,
    privacyModule: `/w/${manifest.privacy}`,
    widgetFiles: files,
    widgetBuild: build.digest('hex'),
  };
}
