import { AUDIT } from './columns.ts';
import type { Queries } from './queries.ts';
import type { AuditRow } from './rows.ts';
import { template } from './template.ts';

/** What was done with people's data, and by whom: a room of the store. */

export interface AuditReads {
  /** The newest first. */
  newest(limit: number): Promise<AuditRow[]>;
  /** All that was done with one object, the oldest first. */
  of(object: string): Promise<AuditRow[]>;
}

export interface AuditWrites {
  insert(row: AuditRow): Promise<void>;
}

const newest = template((db, p: { limit: number }) =>
  db.selectFrom('audit').select(AUDIT).orderBy('at', 'desc').orderBy('id', 'desc').limit(p.limit),
);
const ofObject = template((db, p: { object: string }) =>
  db.selectFrom('audit').select(AUDIT).where('object', '=', p.object).orderBy('at').orderBy('id'),
);
const insert = template((db, row: AuditRow) =>
  db.insertInto('audit').values({ id: row.id, at: row.at, agent_id: row.agentId, action: row.action, object: row.object }),
);

export class SqlAuditReads implements AuditReads {
  protected readonly queries: Queries;

  constructor(queries: Queries) {
    this.queries = queries;
  }

  newest(limit: number): Promise<AuditRow[]> {
    return this.queries.all(newest, { limit });
  }

  of(object: string): Promise<AuditRow[]> {
    return this.queries.all(ofObject, { object });
  }
}

export class SqlAudit extends SqlAuditReads implements AuditWrites {
  async insert(row: AuditRow): Promise<void> {
    await this.queries.run(insert, row);
  }
}
