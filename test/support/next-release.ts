import { cpSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Assets, loadAssets } from '../../server/assets.ts';

/** The widget of the next release: other names, other bytes. */
export function nextRelease(folder: string): Assets {
  const now = loadAssets();
  cpSync(now.widgetDir, folder, { recursive: true });
  const renamed = (name: string): string => name.replace(/-.{6,8}\.(js|css|wav)$/, '-nextnext.$1');
  for (const name of readdirSync(join(folder, 'assets'))) {
    renameSync(join(folder, 'assets', name), join(folder, 'assets', renamed(name)));
    writeFileSync(join(folder, 'assets', renamed(name)), '// next\n', { flag: 'a' });
  }
  return {
    ...now,
    widgetDir: folder,
    widgetFiles: now.widgetFiles.map(renamed),
    widgetBuild: 'b'.repeat(64),
    hostModule: renamed(now.hostModule),
    chatModule: renamed(now.chatModule),
  };
}
