import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';
import { build } from 'vite';
import { slim } from '../../../scripts/build-widget.mjs';
import type * as ConsoleParts from './console-parts.ts';
import type * as WidgetParts from './widget-parts.ts';

/** What a page gives to the code that runs in it; each page has its own. */
export const PAGE_GLOBALS = [
  'self',
  'window',
  'document',
  'location',
  'sessionStorage',
  'WebSocket',
  'fetch',
  'addEventListener',
  'removeEventListener',
  'dispatchEvent',
  'setTimeout',
  'clearTimeout',
] as const;
export type PageGlobals = Record<(typeof PAGE_GLOBALS)[number], unknown>;

/** The product's own browser code, put together as the build does it: each call runs it anew, in the page given. */
type Run<Parts> = (page: PageGlobals) => Parts;

const cache = new Map<string, Promise<Run<unknown>>>();

async function compile(entry: string): Promise<Run<unknown>> {
  const made = await build({
    configFile: false,
    root: fileURLToPath(new URL('../../../', import.meta.url)),
    logLevel: 'error',
    publicDir: false,
    plugins: entry.startsWith('widget') ? [slim] : [],
    build: {
      write: false,
      minify: false,
      target: 'esnext',
      modulePreload: false,
      rolldownOptions: {
        input: fileURLToPath(new URL(entry, import.meta.url)),
        preserveEntrySignatures: 'strict',
        output: { format: 'cjs' },
      },
    },
  });
  const [output] = Array.isArray(made) ? made : [made];
  if (!output || !('output' in output)) throw new Error(`${entry} was not built`);
  const run = compileFunction(output.output[0].code, ['exports', ...PAGE_GLOBALS]) as (...given: unknown[]) => void;
  return (page) => {
    const parts = {};
    run(parts, ...PAGE_GLOBALS.map((name) => page[name]));
    return parts;
  };
}

function once(entry: string): Promise<Run<unknown>> {
  const known = cache.get(entry) ?? compile(entry);
  cache.set(entry, known);
  return known;
}

export const widgetCode = (): Promise<Run<typeof WidgetParts>> => once('widget-parts.ts') as Promise<Run<typeof WidgetParts>>;
export const consoleCode = (): Promise<Run<typeof ConsoleParts>> => once('console-parts.ts') as Promise<Run<typeof ConsoleParts>>;
