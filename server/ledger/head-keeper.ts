import { MINUTE } from '../../shared/limits.ts';
import type { Context } from '../context.ts';
import { every } from '../every.ts';
import { chainsOf } from './chains.ts';
import { headsAfter, signHead } from './heads.ts';
import { loadSigningKey } from './signing.ts';
import { fileWitness, urlWitness, type Witness } from './witness.ts';

/** How often it looks whether a head is due, a witness is behind, or a key has served its time. */
const LOOK_EVERY = 10 * MINUTE;

/** Signs tree heads when they are due and brings them to the witnesses, for as long as the relay runs. */
export function keepHeads(ctx: Context): { stop(): Promise<void> } {
  const { file, url } = ctx.config.heads;
  const witnesses = [...(file === null ? [] : [fileWitness(file)]), ...(url === null ? [] : [urlWitness(url)])];
  return every(LOOK_EVERY, () => lookOnce(ctx, witnesses));
}

/** One chain's fault, or one witness's, keeps nothing from the others. */
async function lookOnce(ctx: Context, witnesses: Witness[]): Promise<void> {
  const told = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      ctx.log.error({ err: error }, what);
    }
  };
  await told('signing key not renewed', async () => {
    ctx.signing = await loadSigningKey(ctx.store, ctx.vault, ctx.clock());
  });
  const chains = await chainsOf(ctx.store.read).catch(() => []);
  for (const chain of chains) {
    await told('ledger not signed', () => signHead(ctx, chain));
    // Before a witness has the head: one that is known elsewhere and not in the log says that the log was cut.
    await told('head not noted beside the erasures', () => ctx.erasureLog.complete(ctx));
    for (const witness of witnesses) {
      await told('signed head not kept elsewhere', async () => {
        const heads = await headsAfter(ctx.store.read, chain, witness.keptUntil(chain.id));
        if (heads.length > 0) await witness.keep(heads);
      });
    }
  }
}
