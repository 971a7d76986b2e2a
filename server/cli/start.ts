import { SECOND } from '../../shared/limits.ts';
import { makeLink } from '../agents/login.ts';
import type { Config } from '../config.ts';
import { type Relay, startRelay } from '../index.ts';
import { demoOrigin } from '../sites/demo-site.ts';

/** PARLEY promise on SIGTERM: everything begun is finished, or the process goes anyway. */
const EXIT_WITHIN = 9 * SECOND;

/** Runs the relay until a signal, and tells a person where to go. */
export async function startCommand(config: Config): Promise<number> {
  const relay = await startRelay(config);
  // Before a word is said: whoever has read that it runs may stop it.
  const stopped = new Promise<string>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  for (const line of await welcome(relay)) console.log(line);
  const signal = await stopped;
  relay.ctx.log.info({ signal }, 'stopping');
  setTimeout(() => process.exit(1), EXIT_WITHIN).unref();
  await relay.close();
  return 0;
}

async function welcome({ origin, ctx }: Relay): Promise<string[]> {
  const demo = demoOrigin(origin);
  const lines = ['', 'Parley is running.', ''];
  if (demo) lines.push(`  The demo shop, as a visitor sees it:   ${demo}/demo`);
  lines.push(`  The console, where agents answer:      ${origin}/console/`);
  if ((await ctx.store.read.countAgents()) === 0) {
    const token = await makeLink(ctx, 'setup', null);
    lines.push(
      '',
      '  Nobody can sign in yet. Make the first account with this link (once, within a day):',
      `  ${origin}/console/#setup=${token}`,
    );
  } else {
    lines.push('', '  Sign in with your e-mail and password. Forgotten? Run: npm run parley -- reset-password EMAIL');
  }
  return [...lines, ''];
}
