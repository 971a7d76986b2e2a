/**
 * `npm run dev`: one terminal. The widget and the console are built again when they change; the relay takes the new
 * files up and open pages load themselves again. The relay starts again when its own sources change. Data stays in
 * data/dev.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, watch, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { whenParentGone } from './parent.mjs';
import { dist, root } from './source-hash.mjs';

/** The relay looks at this file: when each part was last whole. */
const stamps = { widget: Date.now(), console: Date.now(), pages: Date.now() };
/** @param {keyof typeof stamps} [part] */
function stamp(part) {
  if (part) stamps[part] = Date.now();
  writeFileSync(join(dist, 'dev.json'), `${JSON.stringify(stamps)}\n`);
}

// What is built from here on is no whole build: the next `npm start` makes one.
rmSync(join(dist, 'build.json'), { force: true });
const [{ buildWidget }, { buildConsole }] = await Promise.all([import('./build-widget.mjs'), import('./build-console.mjs')]);
await buildWidget({ watch: true, onBuilt: () => stamp('widget') });
await buildConsole({ watch: true, onBuilt: () => stamp('console') });
stamp();
// The shop, and what else is served as it stands.
watch(join(root, 'server'), { recursive: true }, (_, name) => {
  if (name?.split(/[/\\]/).includes('public')) stamp('pages');
});

const data = join(root, 'data', 'dev');
mkdirSync(data, { recursive: true });
const relay = spawn(
  process.execPath,
  [
    join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs'),
    'watch',
    '--clear-screen=false',
    join(root, 'server', 'cli.ts'),
    'start',
  ],
  { stdio: 'inherit', env: { PARLEY_DATA: data, ...process.env, PORT: await port(), PARLEY_DEV: '1' } },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => relay.kill(signal));
whenParentGone(() => relay.kill('SIGTERM'));
relay.on('exit', (code) => process.exit(code ?? 0));

/** Open pages come back to the same port: a free one is chosen once. @returns {Promise<string>} */
async function port() {
  if (process.env.PORT !== '0') return process.env.PORT ?? '8080';
  const server = createServer();
  await new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(null)));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  return String(address !== null && typeof address === 'object' ? address.port : 8080);
}
