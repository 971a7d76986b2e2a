import { recordAct } from '../audit/act.ts';
import type { Config } from '../config.ts';
import { readAccess } from '../retention/access-log.ts';
import { openBeside, openVault } from './open.ts';

/** Prints what a law makes this relay keep of each access, a line of JSON each. That it was read is written down first. */
export async function accessLogCommand(config: Config): Promise<number> {
  const store = await openBeside(config);
  try {
    const vault = await openVault(config, store);
    const act = { actor: { kind: 'operator' as const }, action: 'access_log.read' as const, object: 'access_log' };
    await store.write((tx) => recordAct(tx, act, Date.now()));
    for await (const { siteId, ip, time } of readAccess({ vault }, store.read))
      console.log(JSON.stringify({ site: siteId, time, ip }));
    return 0;
  } finally {
    await store.close();
  }
}
