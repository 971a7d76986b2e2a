import type { Config } from '../config.ts';
import { verifyLedger } from '../consent/verify.ts';
import { openBeside, openVault } from './open.ts';

/** Walks every site's ledger; 0 when all hold, 1 at the first fault of any. */
export async function verifyCommand(config: Config): Promise<number> {
  const store = await openBeside(config);
  try {
    // Under another key every entry would look broken.
    const vault = await openVault(config, store);
    let faults = 0;
    for (const site of await store.read.sites()) {
      const { entries, events, erased, head, fault } = await verifyLedger(store.read, vault, site.id);
      if (fault) {
        faults += 1;
        console.log(`${site.key}: BROKEN at entry ${fault.seq}: ${fault.kind}. Entries 1 to ${head.seq} hold.`);
        continue;
      }
      console.log(`${site.key}: whole. ${entries} entries, ${events} events, ${erased} erased. Head ${head.seq} ${head.hash}`);
      console.log(`${site.key}: the tail after entry ${head.seq} is not witnessed: no head is kept elsewhere.`);
    }
    return faults === 0 ? 0 : 1;
  } finally {
    await store.close();
  }
}
