import type { Context } from '../context.ts';
import type { Reads } from '../store/store.ts';

/**
 * Which build drew what a visitor decided on, by the address of the chat that its page was given: a tab may be of an
 * earlier release than the relay that it speaks to (PR-36 `ui_build_hash`, PR-39). A page that does not say, or says what
 * was never built, is taken for one of this release.
 */
export async function buildOf(
  { assets }: Pick<Context, 'assets'>,
  reads: Reads,
  chatModule: string | undefined,
): Promise<string> {
  if (chatModule === undefined || chatModule === assets.chatModule) return assets.widgetBuild;
  const name = chatModule.replace(/^\/w\//, '');
  const release = (await reads.releases()).find(({ files }) => Object.hasOwn(files, name));
  return release?.build ?? assets.widgetBuild;
}
