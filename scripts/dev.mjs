/**
 * `npm run dev`: one terminal. The widget and the console are built again when they change, and the relay
 * starts again when it or they change. Data stays in data/dev.
 */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { dist, root } from './source-hash.mjs';

const [{ buildWidget }, { buildConsole }] = await Promise.all([import('./build-widget.mjs'), import('./build-console.mjs')]);
await buildWidget({ watch: true });
await buildConsole({ watch: true });

const data = join(root, 'data', 'dev');
mkdirSync(data, { recursive: true });
const watched = [join(dist, 'widget', 'manifest.json'), join(dist, 'console', 'index.html')];
const relay = spawn(
  process.execPath,
  [
    join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs'),
    'watch',
    '--clear-screen=false',
    ...watched.flatMap((file) => ['--include', file]),
    join(root, 'server', 'cli.ts'),
    'start',
  ],
  { stdio: 'inherit', env: { PARLEY_DATA: data, ...process.env, PARLEY_DEV: '1' } },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => relay.kill(signal));
relay.on('exit', (code) => process.exit(code ?? 0));
