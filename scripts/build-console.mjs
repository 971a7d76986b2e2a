import { argv } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import preact from '@preact/preset-vite';
import { build } from 'vite';

const root = fileURLToPath(new URL('../console/', import.meta.url));
const dist = fileURLToPath(new URL('../dist/console/', import.meta.url));

/**
 * Builds the console: one page and hashed assets, nothing inline, so that it runs under a policy of `'self'` alone.
 * With `watch` it builds again on each change, and says so once the files are whole.
 * @param {{ watch?: boolean, outDir?: string, onBuilt?: () => void }} [options]
 */
export async function buildConsole({ watch = false, outDir = dist, onBuilt = () => undefined } = {}) {
  const result = await build({
    configFile: false,
    root,
    base: '/console/',
    logLevel: watch ? 'info' : 'warn',
    plugins: [preact({ devToolsEnabled: false })],
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      // The polyfill and inlined assets would need the policy to be wider.
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      watch: watch ? {} : null,
    },
  });
  if (!('on' in result)) return;
  await new Promise((built) => {
    result.on('event', async (event) => {
      if (event.code === 'BUNDLE_END') await event.result.close();
      if (event.code !== 'END') return;
      built(null);
      onBuilt();
    });
  });
}

if (argv[1] && import.meta.url === pathToFileURL(argv[1]).href) await buildConsole({ watch: argv.includes('--watch') });
