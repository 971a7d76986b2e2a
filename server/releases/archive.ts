import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../context.ts';

/**
 * Keeps this build of the widget in the store, once: its files stay served after the next deploy, so that an open tab
 * goes on, and a record that names the build can be shown as it was (PR-39). Not while developing: each save is a build.
 */
export async function archiveRelease({ assets, config, store, clock }: Context): Promise<void> {
  const build = assets.widgetBuild;
  if (config.dev || (await store.read.release(build))) return;
  const bodies = assets.widgetFiles.map((name) => ({ name, body: readFileSync(join(assets.widgetDir, name)) }));
  const files = Object.fromEntries(bodies.map(({ name, body }) => [name, keptName(name, body)]));
  await store.write(async (tx) => {
    for (const { name, body } of bodies) await tx.insertReleaseFile(files[name] ?? name, body);
    await tx.insertRelease({ build, files, createdAt: clock() });
  });
}

/** The build's assets carry a hash in their names; what does not gets one, so that a name stands for one content. */
function keptName(name: string, body: Buffer): string {
  return name.startsWith('assets/') ? name : `${createHash('sha256').update(body).digest('hex')}/${name}`;
}
