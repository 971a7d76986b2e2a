import type { Queries } from './queries.ts';
import { template } from './template.ts';

/** What the store came through: restores from backups, and the loss of its keys. A room of the store. */

/** How the erasures after the backup were done again: all, as far as the log went, or by nobody's log. */
export type Replay = 'whole' | 'incomplete' | 'none';

export interface RecoveryRow {
  id: string;
  kind: 'restored' | 'keys_lost';
  at: number;
  /** Name of the backup; null where none was put back. */
  backup: string | null;
  /** The moment from which everything comes: the backup's, or that of the loss. */
  asOf: number;
  /** False where the visitors' keys did not come along: what was sealed up to `asOf` stays closed. */
  keys: boolean;
  /** When the erasures since the backup were done again; null while they are owed. */
  replayedAt: number | null;
  replay: Replay | null;
  /** How many visitors were erased again. */
  erased: number | null;
}

export interface RecoveryReads {
  /** All, the oldest first. */
  all(): Promise<RecoveryRow[]>;
  /** The restore whose erasures are owed; null when nothing is. */
  owed(): Promise<RecoveryRow | null>;
  /** The ids of all visitors, or of all conversations, in their order from the one after `after`, so many of them. */
  subjects(table: 'visitor' | 'conversation', after: string, limit: number): Promise<string[]>;
  /** Up to this moment a visitor may be without keys; 0 where none ever were lost. */
  keysLostUntil(): Promise<number>;
}

export interface RecoveryWrites {
  insert(row: RecoveryRow): Promise<void>;
  replayed(id: string, at: number, replay: Replay, erased: number): Promise<void>;
}

const COLUMNS = ['id', 'kind', 'at', 'backup', 'as_of as asOf', 'keys', 'replayed_at as replayedAt', 'replay', 'erased'] as const;

interface After {
  after: string;
  limit: number;
}

const all = template((db) => db.selectFrom('recovery').select(COLUMNS).orderBy('at').orderBy('id'));
const subjects = {
  visitor: template((db, p: After) =>
    db.selectFrom('visitor').select('id').where('id', '>', p.after).orderBy('id').limit(p.limit),
  ),
  conversation: template((db, p: After) =>
    db.selectFrom('conversation').select('id').where('id', '>', p.after).orderBy('id').limit(p.limit),
  ),
};
const insert = template((db, row: Omit<RecoveryRow, 'keys'> & { keys: number }) =>
  db.insertInto('recovery').values({
    id: row.id,
    kind: row.kind,
    at: row.at,
    backup: row.backup,
    as_of: row.asOf,
    keys: row.keys,
    replayed_at: row.replayedAt,
    replay: row.replay,
    erased: row.erased,
  }),
);
const replayed = template((db, p: { id: string; at: number; replay: Replay; erased: number }) =>
  db.updateTable('recovery').set({ replayed_at: p.at, replay: p.replay, erased: p.erased }).where('id', '=', p.id),
);

export class SqlRecoveryReads implements RecoveryReads {
  protected readonly queries: Queries;

  constructor(queries: Queries) {
    this.queries = queries;
  }

  async all(): Promise<RecoveryRow[]> {
    return (await this.queries.all(all, {})).map(({ keys, ...row }) => ({ ...row, keys: keys === 1 }));
  }

  async owed(): Promise<RecoveryRow | null> {
    return (await this.all()).find(({ kind, replayedAt }) => kind === 'restored' && replayedAt === null) ?? null;
  }

  async subjects(table: 'visitor' | 'conversation', after: string, limit: number): Promise<string[]> {
    return (await this.queries.all(subjects[table], { after, limit })).map(({ id }) => id);
  }

  async keysLostUntil(): Promise<number> {
    return Math.max(0, ...(await this.all()).filter(({ keys }) => !keys).map(({ asOf }) => asOf));
  }
}

export class SqlRecovery extends SqlRecoveryReads implements RecoveryWrites {
  async insert({ keys, ...row }: RecoveryRow): Promise<void> {
    await this.queries.run(insert, { ...row, keys: keys ? 1 : 0 });
  }

  async replayed(id: string, at: number, replay: Replay, erased: number): Promise<void> {
    await this.queries.run(replayed, { id, at, replay, erased });
  }
}
