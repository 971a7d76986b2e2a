/**
 * Builds the widget into `dist/widget`: the loader as a classic script, the host code as one module, and the frame
 * with its two stages, which share their code. Writes `manifest.json`, from which the relay takes the names.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, watch as watchFolder, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'vite';
import { dist, root } from './source-hash.mjs';

const PLACEHOLDER = '"__PARLEY_SITE__"';
const widget = join(root, 'widget');

/**
 * What socket.io-client carries for cases that this widget never meets, and has no option to leave out, costs six
 * kilobytes: its lookup of managers, all transports with the upgrade between them, binary packets, a queue of retries.
 */
const INSTEAD = {
  'engine.io-client': 'engine.ts',
  'socket.io-parser': 'packets.ts',
  '@socket.io/component-emitter': 'emitter.ts',
};

/** Methods of its socket for what this widget never does; nothing else calls them. */
const UNUSED = [
  '_addToQueue',
  'send',
  'compress',
  'get volatile',
  'close',
  'get disconnected',
  'onAny',
  'prependAny',
  'offAny',
  'listenersAny',
  'onAnyOutgoing',
  'prependAnyOutgoing',
  'offAnyOutgoing',
  'listenersAnyOutgoing',
  'notifyOutgoingListeners',
  '_drainQueue',
  'ack',
];

/** Where it calls them all the same, for what never is: listeners to all, a queue, an event that asks for an answer. */
const UNUSED_CALLS = ['this.notifyOutgoingListeners(packet);', 'this._drainQueue(true);', 'args.push(this.ack(packet.id));'];

/** @param {string} code @param {string} name */
function withoutMethod(code, name) {
  const method = new RegExp(`\\n    ${name}\\([^)]*\\) \\{\\n[^]*?\\n    \\}`);
  if (!method.test(code)) throw new Error(`socket.io-client has no ${name} any more: see what UNUSED leaves out.`);
  return code.replace(method, '');
}

/** @param {string} code @param {string} call */
function withoutCall(code, call) {
  if (!code.includes(call)) throw new Error(`socket.io-client has no ${call} any more: see what UNUSED_CALLS leaves out.`);
  return code.replaceAll(call, '');
}

/** @type {import('vite').Plugin} */
export const slim = {
  name: 'parley-slim',
  enforce: 'pre',
  resolveId(source, importer) {
    const instead = importer?.includes('socket.io-client') && INSTEAD[/** @type {keyof typeof INSTEAD} */ (source)];
    return instead ? join(widget, 'chat', instead) : null;
  },
  transform(code, id) {
    if (!id.endsWith('/socket.io-client/build/esm/socket.js')) return null;
    return UNUSED_CALLS.reduce(withoutCall, UNUSED.reduce(withoutMethod, code));
  },
  load(id) {
    return id.endsWith('/socket.io-client/build/esm/index.js') ? "export { Manager } from './manager.js';" : null;
  },
};

/** @param {string} outDir @returns {import('vite').InlineConfig} */
function base(outDir) {
  return {
    configFile: false,
    root: widget,
    base: '/w/',
    logLevel: 'warn',
    publicDir: false,
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir,
      emptyOutDir: false,
      target: ['chrome111', 'firefox114', 'safari16.4'],
      // Nothing in the styles needs another form for the browsers above; these only keep the minifier from adding one.
      cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      assetsInlineLimit: 0,
    },
  };
}

/** @param {string} outDir */
async function buildLoader(outDir) {
  const config = base(outDir);
  const result = await build({
    ...config,
    build: {
      ...config.build,
      write: false,
      rolldownOptions: { input: join(widget, 'loader', 'index.ts'), output: { format: 'iife' } },
    },
  });
  // The minifier writes strings as templates.
  const code = codeOf(result).replace('`__PARLEY_SITE__`', PLACEHOLDER);
  if (code.split(PLACEHOLDER).length !== 2) throw new Error('The loader must hold its placeholder exactly once.');
  writeFileSync(join(outDir, 'loader.js'), code);
}

/** @param {Awaited<ReturnType<typeof build>>} result */
function codeOf(result) {
  const [output] = Array.isArray(result) ? result : [result];
  if (!output || !('output' in output)) throw new Error('The loader was not built.');
  return output.output[0].code.trim();
}

/**
 * One module that is imported by its address, from a page's own scripts. Gives the name of its file.
 * @param {string} outDir @param {string} name the folder of it @param {Record<string, string>} [define]
 */
async function buildModule(outDir, name, define = {}) {
  const config = base(outDir);
  await build({
    ...config,
    define,
    build: {
      ...config.build,
      rolldownOptions: {
        input: { [name]: join(widget, name, 'index.ts') },
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: 'assets/[name]-[hash:6].js' },
      },
      manifest: 'manifest.module.json',
    },
  });
  const [file] = filesOf(takeManifest(join(outDir, 'manifest.module.json')), `${name}/index.ts`);
  if (!file) throw new Error(`The build has no ${name}.`);
  return file;
}

const STAGE_1 =
  /node_modules\/preact|\0rolldown|widget\/(frame\.html|notice|ui|styles\/(frame|tokens)|bridge|i18n)|shared\/(limits|endpoints|i18n\/(widget\.en\.ts|translate))/;

/** @param {string} outDir */
async function buildFrame(outDir) {
  const config = base(outDir);
  await build({
    ...config,
    plugins: [slim],
    build: {
      ...config.build,
      rolldownOptions: {
        input: {
          notice: join(widget, 'frame.html'),
          chat: join(widget, 'chat', 'index.tsx'),
          full: join(widget, 'full', 'index.tsx'),
          privacy: join(widget, 'privacy', 'index.tsx'),
        },
        // The chat is imported by its address, so its exports stay; nothing imports the notice.
        preserveEntrySignatures: 'allow-extension',
        optimization: { inlineConst: { mode: 'all', pass: 2 } },
        output: {
          entryFileNames: 'assets/[name]-[hash:6].js',
          chunkFileNames: 'assets/[name]-[hash:6].js',
          // What both stages use lies in the file of the first: one request and one dictionary for the compression.
          codeSplitting: { groups: [{ name: 'notice', test: STAGE_1 }] },
        },
      },
      manifest: 'manifest.frame.json',
    },
  });
}

/**
 * A page that stands by itself, because nobody needs it to chat: that of the receipts, and the screens of the past.
 * @param {string} outDir @param {string} name of its page
 */
async function buildPage(outDir, name) {
  const config = base(outDir);
  await build({
    ...config,
    build: {
      ...config.build,
      rolldownOptions: {
        input: { [name]: join(widget, `${name}.html`) },
        output: { entryFileNames: 'assets/[name]-[hash:6].js' },
      },
    },
  });
}

/** @typedef {{ file: string, isEntry?: boolean, imports?: string[], css?: string[] }} Chunk */

/** @param {string} file @returns {Record<string, Chunk>} */
function takeManifest(file) {
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  rmSync(file);
  return manifest;
}

/** The files that a chunk brings along, itself first. @param {Record<string, Chunk>} manifest @param {string} key @returns {string[]} */
function filesOf(manifest, key) {
  const chunk = manifest[key];
  if (!chunk) throw new Error(`The build has no ${key}.`);
  const files = [chunk.file, ...(chunk.css ?? []), ...(chunk.imports ?? []).flatMap((one) => filesOf(manifest, one))];
  return [...new Set(files)];
}

/** @param {string} outDir */
async function buildAll(outDir) {
  const before = process.env.NODE_ENV;
  // Under a test runner this says "test", and Vite would then build for development.
  process.env.NODE_ENV = 'production';
  try {
    // Beside, then in place of the old one: what stands there is always whole, and a build that fails leaves it.
    const next = `${outDir}.next`;
    await buildStages(next);
    rmSync(outDir, { recursive: true, force: true });
    renameSync(next, outDir);
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
  }
}

/** @param {string} outDir */
async function buildStages(outDir) {
  rmSync(outDir, { recursive: true, force: true });
  mkdirSync(outDir, { recursive: true });
  await buildLoader(outDir);
  // What follows the consent manager of a page lies beside the host code, which imports it where a snippet names one.
  const managers = await buildModule(outDir, 'managers');
  const host = await buildModule(outDir, 'host', { __MANAGERS__: JSON.stringify(`./${basename(managers)}`) });
  await buildFrame(outDir);
  await buildPage(outDir, 'receipt');
  await buildPage(outDir, 'shown');
  const frame = takeManifest(join(outDir, 'manifest.frame.json'));
  const notice = filesOf(frame, 'frame.html');
  const chatFiles = filesOf(frame, 'chat/index.tsx').filter((file) => !notice.includes(file));
  const manifest = {
    host,
    notice,
    chat: frame['chat/index.tsx']?.file,
    full: frame['full/index.tsx']?.file,
    privacy: frame['privacy/index.tsx']?.file,
    chatFiles,
  };
  writeFileSync(join(outDir, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** @param {{ watch?: boolean, outDir?: string, onBuilt?: () => void }} [options] `onBuilt` is told of each build after the first */
export async function buildWidget({ watch = false, outDir = join(dist, 'widget'), onBuilt = () => undefined } = {}) {
  await buildAll(outDir);
  if (!watch) return;
  let running = Promise.resolve();
  let waiting = false;
  const again = () => {
    if (waiting) return;
    waiting = true;
    running = running
      .then(() => new Promise((done) => setTimeout(done, 100)))
      .then(() => {
        waiting = false;
        return buildAll(outDir);
      })
      .then(onBuilt)
      .catch((error) => console.error(error));
  };
  for (const folder of [widget, join(root, 'shared')]) watchFolder(folder, { recursive: true }, again);
}

if (process.argv[1] === import.meta.filename) await buildWidget({ watch: process.argv.includes('--watch') });
