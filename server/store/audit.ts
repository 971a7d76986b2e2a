import type { AuditDetail } from '../../shared/audit-entry.ts';
import { AUDIT } from './columns.ts';
import type { Queries } from './queries.ts';
import type { AuditRow, ChainedAuditRow } from './rows.ts';
import { template } from './template.ts';

/** What was done with people's data, and by whom: a room of the store. The chain over it is another (audit-chain.ts). */

/** Which lines are wanted; what is null does not matter. */
export interface AuditFilter {
  action: string | null;
  agentId: string | null;
  object: string | null;
  /** Epoch milliseconds, the first included and the last not. */
  from: number | null;
  until: number | null;
}

export interface AuditCursor {
  at: number;
  id: string;
}

export interface AuditReads {
  /** The newest first. */
  newest(limit: number): Promise<AuditRow[]>;
  /** All that was done with one object, the oldest first. */
  of(object: string): Promise<AuditRow[]>;
  /** The newest first by (at, id); `before` is the place of the last line of the page before, exclusive. */
  search(filter: AuditFilter, before: AuditCursor | null, limit: number): Promise<ChainedAuditRow[]>;
  /** Did this session do this to this object since? */
  wasDone(act: { object: string; action: string; session: string; since: number }): Promise<boolean>;
  /** Who can stand in a line, by name. */
  agents(): Promise<{ id: string; name: string }[]>;
  /** Lines from before the moment, the oldest first, with their numbers. */
  before(at: number, limit: number): Promise<{ id: string; seq: number | null }[]>;
}

export interface AuditWrites {
  /** The line now, and the entry that commits to it at the end of the transaction. */
  insert(row: AuditRow, commitment: string): Promise<void>;
  /**
   * False for a conversation that is not there; one that is stays until the transaction ends, and whoever writes in it is
   * not kept waiting.
   */
  holdConversation(id: string): Promise<boolean>;
  delete(ids: readonly string[]): Promise<void>;
}

/** An entry that the chain gets when the transaction ends. */
export interface PendingEntry {
  kind: 'event' | 'tombstone';
  commitment: string;
  at: number;
  body: string | null;
  line: string | null;
}

type StoredLine = Omit<AuditRow, 'detail'> & { detail: string | null };

const newest = template((db, p: { limit: number }) =>
  db.selectFrom('audit').select(AUDIT).orderBy('at', 'desc').orderBy('id', 'desc').limit(p.limit),
);
const ofObject = template((db, p: { object: string }) =>
  db.selectFrom('audit').select(AUDIT).where('object', '=', p.object).orderBy('at').orderBy('id'),
);
const wasDone = template((db, p: { object: string; action: string; session: string; since: number }) =>
  db
    .selectFrom('audit')
    .select('id')
    .where('object', '=', p.object)
    .where('action', '=', p.action)
    .where('session', '=', p.session)
    .where('at', '>=', p.since)
    .limit(1),
);
const agents = template((db, _p: object) => db.selectFrom('agent').select(['id', 'name']).orderBy('name').orderBy('id'));
const before = template((db, p: { at: number; limit: number }) =>
  db
    .selectFrom('audit')
    .leftJoin('audit_entry', 'audit_entry.line', 'audit.id')
    .select(['audit.id', 'audit_entry.seq'])
    .where('audit.at', '<', p.at)
    .orderBy('audit.at')
    .orderBy('audit.id')
    .limit(p.limit),
);
const insert = template((db, row: StoredLine) =>
  db.insertInto('audit').values({
    id: row.id,
    at: row.at,
    actor: row.actor,
    agent_id: row.agentId,
    session: row.session,
    action: row.action,
    object: row.object,
    detail: row.detail,
    salt: row.salt,
    object_salt: row.objectSalt,
    object_hash: row.objectHash,
  }),
);
const conversation = template((db, p: { id: string }) => db.selectFrom('conversation').select('id').where('id', '=', p.id));
/** Against a deletion, and against nothing else that happens to a conversation. */
const conversationHeld = template((db, p: { id: string }) =>
  db.selectFrom('conversation').select('id').where('id', '=', p.id).forKeyShare(),
);

export function toLine<Row extends { detail: string | null }>(stored: Row): Omit<Row, 'detail'> & Pick<AuditRow, 'detail'> {
  return { ...stored, detail: stored.detail === null ? null : (JSON.parse(stored.detail) as AuditDetail) };
}

export class SqlAuditReads implements AuditReads {
  protected readonly queries: Queries;

  constructor(queries: Queries) {
    this.queries = queries;
  }

  async newest(limit: number): Promise<AuditRow[]> {
    return (await this.queries.all(newest, { limit })).map(toLine);
  }

  async of(object: string): Promise<AuditRow[]> {
    return (await this.queries.all(ofObject, { object })).map(toLine);
  }

  async search(filter: AuditFilter, before: AuditCursor | null, limit: number): Promise<ChainedAuditRow[]> {
    const { action, agentId, object, from, until } = filter;
    let query = this.queries.db
      .selectFrom('audit')
      .leftJoin('audit_entry', 'audit_entry.line', 'audit.id')
      .select([...AUDIT, 'audit_entry.seq'])
      .orderBy('audit.at', 'desc')
      .orderBy('audit.id', 'desc')
      .limit(limit);
    if (action !== null) query = query.where('audit.action', '=', action);
    if (agentId !== null) query = query.where('audit.agent_id', '=', agentId);
    if (object !== null) query = query.where('audit.object', '=', object);
    if (from !== null) query = query.where('audit.at', '>=', from);
    if (until !== null) query = query.where('audit.at', '<', until);
    if (before)
      query = query
        .where('audit.at', '<=', before.at)
        .where(({ eb, or }) => or([eb('audit.at', '<', before.at), eb('audit.id', '<', before.id)]));
    return (await this.queries.runBuilt(query)).rows.map(toLine);
  }

  async wasDone(act: { object: string; action: string; session: string; since: number }): Promise<boolean> {
    return (await this.queries.one(wasDone, act)) !== null;
  }

  agents(): Promise<{ id: string; name: string }[]> {
    return this.queries.all(agents, {});
  }

  before(at: number, limit: number): Promise<{ id: string; seq: number | null }[]> {
    return this.queries.all(before, { at, limit });
  }
}

export class SqlAudit extends SqlAuditReads implements AuditWrites {
  readonly #pending: PendingEntry[];

  /** `pending` is what the end of the transaction appends to the chain. */
  constructor(queries: Queries, pending: PendingEntry[]) {
    super(queries);
    this.#pending = pending;
  }

  async insert(row: AuditRow, commitment: string): Promise<void> {
    await this.queries.run(insert, { ...row, detail: row.detail && JSON.stringify(row.detail) });
    this.#pending.push({ kind: 'event', commitment, at: row.at, body: null, line: row.id });
  }

  async holdConversation(id: string): Promise<boolean> {
    return (await this.queries.one(this.queries.abilities.lockRow ? conversationHeld : conversation, { id })) !== null;
  }

  async delete(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.queries.runBuilt(this.queries.db.deleteFrom('audit').where('id', 'in', ids));
  }
}
