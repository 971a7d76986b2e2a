/** `npm start`: builds what is not built, then runs the relay until it is told to stop. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { whenParentGone } from './parent.mjs';
import { builtHash, dist, sourceHash } from './source-hash.mjs';

const sources = sourceHash();
const relay = join(dist, 'server', 'cli.js');

if (sources !== null && sources !== builtHash()) {
  console.log('Building the widget, the console and the relay. This happens once, and again when the sources change.');
  try {
    const { build } = await import('./build.mjs');
    await build();
  } catch (error) {
    console.error(`The build failed: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
}
if (!existsSync(relay)) {
  console.error('There is nothing to start: neither sources nor a build. Run this in a checkout, or copy dist/ beside scripts/.');
  process.exit(1);
}

const child = spawn(process.execPath, ['--enable-source-maps', relay, 'start', ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) {
  process.on(signal, () => {
    // A Ctrl-C at the terminal reaches the relay by itself; twice would mean "at once".
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  });
}
whenParentGone(() => child.kill('SIGTERM'));
child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code ?? 1);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
