/**
 * Prints what a visitor's browser downloads in each stage, and ends with 1 when a stage is over its budget
 * or a schema library got into a bundle. A KB is 1024 bytes.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { dist } from './source-hash.mjs';

const KB = 1024;
/** Each stage with all before it, brotli. */
const BUDGETS = { loader: 1.5 * KB, notice: 15 * KB, chat: 32 * KB };

const widget = join(dist, 'widget');
if (!existsSync(join(widget, 'manifest.json'))) {
  console.error('The widget is not built. Run: npm run build');
  process.exit(1);
}
/** @type {{ host: string, notice: string[], chat: string, chatFiles: string[], css: string[] }} */
const manifest = JSON.parse(readFileSync(join(widget, 'manifest.json'), 'utf8'));
const seen = new Set();
const faults = [];

/** Files that no earlier stage has brought. @param {string[]} names */
function stage(names) {
  const files = [...new Set(names)].filter((name) => !seen.has(name));
  for (const name of files) seen.add(name);
  return files.map((name) => measure(name));
}

/** @param {string} name */
function measure(name) {
  const bytes = readFileSync(join(widget, name));
  if (/\bZod[A-Z]\w+|[."']_zod\b|"?invalid_union"?/.test(bytes.toString('utf8'))) {
    faults.push(`${name} contains zod. Import types only: \`import type\` from shared/events.ts, api.ts and consent.ts.`);
  }
  const brotli = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  return { name, raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotli.length };
}

const stages = [
  { title: 'Stage 0, before a click', budget: BUDGETS.loader, files: stage(['loader.js']) },
  {
    title: 'Stage 1, to a usable form',
    budget: BUDGETS.notice,
    files: stage([manifest.host, 'frame.html', ...manifest.notice]),
  },
  {
    title: 'Stage 2, to a running chat',
    budget: BUDGETS.chat,
    files: stage([manifest.chat, ...manifest.chatFiles, ...manifest.css]),
  },
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
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
