/**
 * Prints what a visitor's browser downloads in each stage, as the relay serves it for the demo site: with the site's
 * look and the notice's words in it. Ends with 1 when a stage is over its budget or a schema library got into a bundle.
 * A KB is 1024 bytes.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { dist } from './source-hash.mjs';

const KB = 1024;
/** Each stage with all before it, brotli. */
const BUDGETS = { loader: 1.5 * KB, notice: 15 * KB, chat: 32 * KB };

const widget = join(dist, 'widget');
if (!existsSync(join(dist, 'build.json'))) {
  console.error('Nothing is built. Run: npm run build');
  process.exit(1);
}
/** @type {{ host: string, notice: string[], chat: string, chatFiles: string[], full: string, privacy: string }} */
const manifest = JSON.parse(readFileSync(join(widget, 'manifest.json'), 'utf8'));
const faults = [];

/** @param {string} name @param {Buffer} bytes */
async function measure(name, bytes) {
  if (/\bZod[A-Z]\w+|[."']_zod\b|"?invalid_union"?/.test(bytes.toString('utf8'))) {
    faults.push(`${name} contains zod. Import types only: \`import type\` from shared/events.ts, api.ts and consent.ts.`);
  }
  const brotli = (await smallestBrotli(bytes)).length;
  return { name, raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli };
}

/** @param {string} name */
const built = (name) => measure(name, readFileSync(join(widget, name)));

/** @param {string} file */
const compiled = (file) => import(join(dist, 'server', file));
/** As the relay compresses what it serves. */
const { smallestBrotli } = await compiled('middleware/compressed.js');

/** What depends on the site, made by the relay's own code. */
async function servedPages() {
  const { loaderScript, framePage } = await compiled('sites/loader.js');
  const { demoSite } = await compiled('sites/demo-site.js');
  const { DEMO_NOTICE } = await compiled('notices/demo-notice.js');
  const { loadAssets } = await compiled('assets.js');
  const { noticeHash } = await import(join(dist, 'shared', 'notice.js'));
  const relay = { origin: 'https://chat.example.com', assets: loadAssets() };
  const notice = { hash: noticeHash(DEMO_NOTICE), locale: DEMO_NOTICE.locale, doc: DEMO_NOTICE };
  return {
    loader: await measure('s/demo.js', Buffer.from(loaderScript(relay, demoSite(0)))),
    frame: await measure('frame/demo', Buffer.from(framePage(relay, demoSite(0), notice, { online: false, resume: null }))),
  };
}

const { loader, frame } = await servedPages();
const stages = [
  { title: 'Stage 0, before a click', budget: BUDGETS.loader, files: [loader] },
  {
    title: 'Stage 1, to a usable form',
    budget: BUDGETS.notice,
    files: await Promise.all([built(manifest.host), frame, ...manifest.notice.map(built)]),
  },
  { title: 'Stage 2, to a running chat', budget: BUDGETS.chat, files: await Promise.all(manifest.chatFiles.map(built)) },
];

/** @param {string} name @param {{ raw: number, gzip: number, brotli: number }} size */
const row = (name, size) =>
  `  ${name.padEnd(44)}${String(size.raw).padStart(9)}${String(size.gzip).padStart(9)}${String(size.brotli).padStart(9)}`;

const sum = { raw: 0, gzip: 0, brotli: 0 };
console.log(`  ${'bytes'.padEnd(44)}${'raw'.padStart(9)}${'gzip'.padStart(9)}${'brotli'.padStart(9)}`);
for (const { title, budget, files } of stages) {
  console.log(title);
  for (const file of files) {
    console.log(row(file.name, file));
    sum.raw += file.raw;
    sum.gzip += file.gzip;
    sum.brotli += file.brotli;
  }
  const verdict =
    sum.brotli <= budget ? `${Math.round((100 * sum.brotli) / budget)} % of ${budget}` : `OVER the budget of ${budget}`;
  console.log(`${row('all so far', sum)}   ${verdict}`);
  if (sum.brotli > budget)
    faults.push(`${title}: ${sum.brotli} bytes of brotli, ${budget} at most. Take something out, or load it in a later stage.`);
}
for (const [when, name] of [
  ['Fetched once the chat runs', manifest.privacy],
  ['Only to read the notice in full', manifest.full],
]) {
  const later = await built(name);
  console.log(when);
  console.log(row(later.name, later));
}
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
