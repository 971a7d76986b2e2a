import { afterEach, beforeEach, describe } from 'vitest';
import type { Store } from '../../server/store/store.ts';
import { describeAudit } from './contract-audit.ts';
import { describeCommits } from './contract-commits.ts';
import { describeConversations } from './contract-conversations.ts';
import { describeCopy } from './contract-copy.ts';
import { describeErasure } from './contract-erasure.ts';
import { describeEstate } from './contract-estate.ts';
import { describeLedger } from './contract-ledger.ts';
import { describeRecipients } from './contract-recipients.ts';
import { describeRegister } from './contract-register.ts';
import { describeRequests } from './contract-requests.ts';
import { describeRetention } from './contract-retention.ts';
import { describeRows } from './contract-rows.ts';
import { seedSite } from './seed.ts';

/** One empty database, for one test. */
export interface TestBackend {
  open(): Promise<Store>;
  /** Runs SQL past the store, as somebody with the database in hand could. */
  raw(sql: string): Promise<Record<string, unknown>[]>;
  drop(): Promise<void>;
}

export interface Stage {
  store: Store;
  backend: TestBackend;
}

/** The same rules for every store. `create` gives an empty database. */
export function describeStore(name: string, create: () => Promise<TestBackend>): void {
  describe(`${name}: the store's contract`, () => {
    const stage = {} as Stage;
    beforeEach(async () => {
      stage.backend = await create();
      stage.store = await stage.backend.open();
      await seedSite(stage.store);
    });
    afterEach(async () => {
      await stage.store.close();
      await stage.backend.drop();
    });
    describeRows(stage);
    describeConversations(stage);
    describeLedger(stage);
    describeErasure(stage);
    describeCopy(stage);
    describeRequests(stage);
    describeRecipients(stage);
    describeEstate(stage);
    describeRegister(stage);
    describeAudit(stage);
    describeRetention(stage);
    describeCommits(stage);
  });
}
