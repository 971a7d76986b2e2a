import { loadAssets } from '../assets.ts';
import type { Config } from '../config.ts';
import { lastOrigin } from '../last-origin.ts';
import { pinLoader } from '../sites/pinned.ts';
import { openBeside } from './open.ts';

/** Prints what an owner pastes: the loader that follows every release, and this very one with its checksum. */
export async function snippetCommand(config: Config, key: string): Promise<number> {
  const store = await openBeside(config);
  try {
    const site = await store.read.siteByKey(key);
    if (!site) {
      console.error(`There is no site "${key}".`);
      return 1;
    }
    const origin = lastOrigin(config);
    const { path, integrity } = await pinLoader({ store, origin, assets: loadAssets() }, site);
    console.log('The loader, always as it is now:');
    console.log(`<script async src="${origin}/s/${key}.js"></script>`);
    console.log('');
    console.log('This very loader: the browser runs these bytes or nothing. You may host the file yourself.');
    console.log(`<script async src="${origin}${path}" integrity="${integrity}" crossorigin="anonymous"></script>`);
    return 0;
  } finally {
    await store.close();
  }
}
