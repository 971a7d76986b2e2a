import { type Compilable, type Kysely, sql } from 'kysely';
import { DATA_KEY } from './columns.ts';
import type { Queries } from './queries.ts';
import type { DataClass, DataKeyRow } from './rows.ts';
import type { Tables } from './tables.ts';
import { template } from './template.ts';

/** The wrapped keys as a whole: under which master key they are, and how they come under another. A room of the store. */

export interface KeyCount {
  masterKeyId: string;
  class: DataClass;
  count: number;
}

/** What is sealed under the master key itself, beside signing keys: a column that is added must stand here, or a rotation loses it. */
const OWN = [
  { table: 'webhook', column: 'secret' },
  { table: 'breach', column: 'notes' },
] as const;

/** A value of the relay's own, and the place that it is bound to. */
export interface OwnSealed {
  table: (typeof OWN)[number]['table'];
  column: string;
  row: string;
  sealed: Uint8Array;
}

export interface Unreadable {
  visitors: number;
  messages: number;
  events: number;
}

export interface KeyReads {
  /** How many keys of visitors are wrapped under which master key, of each kind of data. */
  inventory(): Promise<KeyCount[]>;
  /** True when a visitor's key is wrapped under another master key than this one. */
  hasOther(masterKeyId: string): Promise<boolean>;
  /** At most `limit` of those that are not wrapped under this master key. */
  notUnder(masterKeyId: string, limit: number): Promise<DataKeyRow[]>;
  /** How much was sealed for visitors who have no key any more: nobody can read it. */
  unreadable(): Promise<Unreadable>;
  /** Everything that the relay sealed under the master key itself, signing keys apart. */
  ownSealed(): Promise<OwnSealed[]>;
  /** Ascending by id, after the cursor, at most `limit`. */
  after(id: string, limit: number): Promise<DataKeyRow[]>;
}

export interface KeyWrites {
  /** Puts the same key in its place, wrapped under another master key; one that was shredded meanwhile stays away. */
  rewrap(row: Pick<DataKeyRow, 'id' | 'wrapped' | 'masterKeyId'>): Promise<void>;
  /** The private part of a signing key, sealed anew; empty for one that can only be checked from now on. */
  resealSigning(kid: string, privateSealed: Uint8Array): Promise<void>;
  resealOwn(own: OwnSealed): Promise<void>;
  /** Takes every key of every visitor away. */
  shredAll(): Promise<void>;
}

const inventory = template((db) =>
  db
    .selectFrom('data_key')
    .select((eb) => ['master_key_id as masterKeyId', 'class', eb.fn.countAll<number>().as('count')])
    .groupBy(['master_key_id', 'class'])
    .orderBy('master_key_id')
    .orderBy('class'),
);
const after = template((db, p: { id: string; limit: number }) =>
  db.selectFrom('data_key').select(DATA_KEY).where('id', '>', p.id).orderBy('id').limit(p.limit),
);
const rewrap = template((db, p: Pick<DataKeyRow, 'id' | 'wrapped' | 'masterKeyId'>) =>
  db.updateTable('data_key').set({ wrapped: p.wrapped, master_key_id: p.masterKeyId }).where('id', '=', p.id),
);
const resealSigning = template((db, p: { kid: string; privateSealed: Uint8Array }) =>
  db.updateTable('signing_key').set({ private_sealed: p.privateSealed }).where('kid', '=', p.kid),
);
const shredAll = template((db) => db.deleteFrom('data_key'));

const unreadable = (db: Kysely<Tables>): Compilable<Unreadable> => {
  const without = (column: string) => sql`not exists (select 1 from data_key k where k.visitor_id = ${sql.ref(column)})`;
  const query = sql<Unreadable>`select
    (select count(*) from visitor v where ${without('v.id')}) as visitors,
    (select count(*) from message m join conversation c on c.id = m.conversation_id where ${without('c.visitor_id')}) as messages,
    (select count(*) from consent_event e where ${without('e.visitor_id')}) as events`;
  return { compile: () => query.compile(db) };
};

/** Before and after the one in use, so that each half goes by the index. */
function others(db: Kysely<Tables>, id: string, limit: number): Compilable<DataKeyRow> {
  const side = (sign: '<' | '>') =>
    db.selectFrom('data_key').select(DATA_KEY).where('master_key_id', sign, id).orderBy('master_key_id').limit(limit);
  return db
    .selectFrom(side('<').as('lower'))
    .selectAll()
    .unionAll(db.selectFrom(side('>').as('higher')).selectAll());
}

export class SqlKeyReads implements KeyReads {
  protected readonly queries: Queries;

  constructor(queries: Queries) {
    this.queries = queries;
  }

  async inventory(): Promise<KeyCount[]> {
    return (await this.queries.all(inventory, {})).map((row) => ({ ...row, count: Number(row.count) }));
  }

  async hasOther(masterKeyId: string): Promise<boolean> {
    return (await this.notUnder(masterKeyId, 1)).length > 0;
  }

  async notUnder(masterKeyId: string, limit: number): Promise<DataKeyRow[]> {
    return (await this.queries.runBuilt(others(this.queries.db, masterKeyId, limit))).rows;
  }

  async unreadable(): Promise<Unreadable> {
    const { rows } = await this.queries.runBuilt(unreadable(this.queries.db));
    const { visitors = 0, messages = 0, events = 0 } = rows[0] ?? {};
    return { visitors: Number(visitors), messages: Number(messages), events: Number(events) };
  }

  async ownSealed(): Promise<OwnSealed[]> {
    const all: OwnSealed[] = [];
    for (const { table, column } of OWN) {
      const sealed = sql.ref(`${column}_sealed`);
      const query = sql<{
        row: string;
        sealed: Uint8Array;
      }>`select id as "row", ${sealed} as "sealed" from ${sql.table(table)} where ${sealed} is not null`;
      const { rows } = await this.queries.runBuilt({ compile: () => query.compile(this.queries.db) });
      all.push(...rows.map((row) => ({ table, column, ...row })));
    }
    return all;
  }

  after(id: string, limit: number): Promise<DataKeyRow[]> {
    return this.queries.all(after, { id, limit });
  }
}

export class SqlKeys extends SqlKeyReads implements KeyWrites {
  async rewrap(row: Pick<DataKeyRow, 'id' | 'wrapped' | 'masterKeyId'>): Promise<void> {
    await this.queries.run(rewrap, row);
  }

  async resealSigning(kid: string, privateSealed: Uint8Array): Promise<void> {
    await this.queries.run(resealSigning, { kid, privateSealed });
  }

  async resealOwn({ table, column, row, sealed }: OwnSealed): Promise<void> {
    const query = sql`update ${sql.table(table)} set ${sql.ref(`${column}_sealed`)} = ${sealed} where id = ${row}`;
    await this.queries.runBuilt({ compile: () => query.compile(this.queries.db) });
  }

  async shredAll(): Promise<void> {
    await this.queries.run(shredAll, {});
  }
}
