import type { ObjectionState, OverruledFor, RestrictionGround, ToldBy } from '../../shared/restriction.ts';
import type { Queries } from './queries.ts';
import { template } from './template.ts';

/** Whose data is restricted, and what was objected to: a room of the store. */

export interface RestrictionRow {
  id: string;
  siteId: string;
  visitorId: string;
  ground: RestrictionGround;
  askedBy: 'visitor' | 'agent' | 'operator';
  at: number;
  /** Since when the person knows that it will be lifted, and by what they were told (GDPR Art. 18(3)). */
  toldAt: number | null;
  toldBy: ToldBy | null;
  liftedAt: number | null;
}

export interface ObjectionRow {
  id: string;
  siteId: string;
  visitorId: string;
  conversationId: string;
  purpose: string;
  /** The words under which the purpose was told. */
  noticeHash: string;
  at: number;
  state: ObjectionState;
  reason: OverruledFor | null;
  /** What the person is answered, sealed under their key. */
  answerSealed: Uint8Array | null;
  decidedAt: number | null;
}

export interface RestrictionReads {
  inForce(visitorId: string): Promise<RestrictionRow | null>;
  /** All that are in force, the oldest first. */
  all(): Promise<RestrictionRow[]>;
  /** Those of a visitor, lifted ones too, the oldest first. */
  of(visitorId: string): Promise<RestrictionRow[]>;
  /** Conversations that agents do not see. */
  conversations(): Promise<string[]>;
  objection(id: string): Promise<ObjectionRow | null>;
  /** The oldest first. */
  objectionsOf(visitorId: string): Promise<ObjectionRow[]>;
  /** Those that wait for a decision, then the newest that have one. */
  objections(limit: number): Promise<ObjectionRow[]>;
}

export interface RestrictionWrites {
  /** Throws `UniqueViolation` where one is in force already. */
  insert(row: RestrictionRow): Promise<void>;
  /** Marks the one in force. */
  setTold(visitorId: string, at: number, by: ToldBy): Promise<void>;
  setLifted(visitorId: string, at: number): Promise<void>;
  /** Takes every conversation of the visitor from the agents, or gives them back with null. */
  hide(visitorId: string, at: number | null): Promise<void>;
  /** Throws `UniqueViolation` where the same waits for a decision already. */
  insertObjection(row: ObjectionRow): Promise<void>;
  decideObjection(row: Pick<ObjectionRow, 'id' | 'state' | 'reason' | 'answerSealed' | 'decidedAt'>): Promise<void>;
}

const RESTRICTION = [
  'id',
  'site_id as siteId',
  'visitor_id as visitorId',
  'ground',
  'asked_by as askedBy',
  'at',
  'told_at as toldAt',
  'told_by as toldBy',
  'lifted_at as liftedAt',
] as const;
const OBJECTION = [
  'id',
  'site_id as siteId',
  'visitor_id as visitorId',
  'conversation_id as conversationId',
  'purpose',
  'notice_hash as noticeHash',
  'at',
  'state',
  'reason',
  'answer_sealed as answerSealed',
  'decided_at as decidedAt',
] as const;

interface OfVisitor {
  visitorId: string;
}

const inForce = template((db, p: OfVisitor) =>
  db.selectFrom('restriction').select(RESTRICTION).where('visitor_id', '=', p.visitorId).where('lifted_at', 'is', null),
);
const all = template((db) =>
  db.selectFrom('restriction').select(RESTRICTION).where('lifted_at', 'is', null).orderBy('at').orderBy('id'),
);
const ofVisitor = template((db, p: OfVisitor) =>
  db.selectFrom('restriction').select(RESTRICTION).where('visitor_id', '=', p.visitorId).orderBy('at').orderBy('id'),
);
const conversations = template((db) => db.selectFrom('conversation').select('id').where('restricted_at', 'is not', null));
const objection = template((db, p: { id: string }) => db.selectFrom('objection').select(OBJECTION).where('id', '=', p.id));
const objectionsOf = template((db, p: OfVisitor) =>
  db.selectFrom('objection').select(OBJECTION).where('visitor_id', '=', p.visitorId).orderBy('at').orderBy('id'),
);
const objections = template((db, p: { limit: number }) =>
  db
    .selectFrom('objection')
    .select(OBJECTION)
    .orderBy(({ eb }) => eb.case().when('state', '=', 'pending').then(0).else(1).end())
    .orderBy('at', 'desc')
    .orderBy('id')
    .limit(p.limit),
);
const insert = template((db, row: RestrictionRow) =>
  db.insertInto('restriction').values({
    id: row.id,
    site_id: row.siteId,
    visitor_id: row.visitorId,
    ground: row.ground,
    asked_by: row.askedBy,
    at: row.at,
    told_at: row.toldAt,
    told_by: row.toldBy,
    lifted_at: row.liftedAt,
  }),
);
const setTold = template((db, p: OfVisitor & { at: number; by: ToldBy }) =>
  db
    .updateTable('restriction')
    .set({ told_at: p.at, told_by: p.by })
    .where('visitor_id', '=', p.visitorId)
    .where('lifted_at', 'is', null),
);
const setLifted = template((db, p: OfVisitor & { at: number }) =>
  db.updateTable('restriction').set({ lifted_at: p.at }).where('visitor_id', '=', p.visitorId).where('lifted_at', 'is', null),
);
const hide = template((db, p: OfVisitor & { at: number | null }) =>
  db.updateTable('conversation').set({ restricted_at: p.at }).where('visitor_id', '=', p.visitorId),
);
const insertObjection = template((db, row: ObjectionRow) =>
  db.insertInto('objection').values({
    id: row.id,
    site_id: row.siteId,
    visitor_id: row.visitorId,
    conversation_id: row.conversationId,
    purpose: row.purpose,
    notice_hash: row.noticeHash,
    at: row.at,
    state: row.state,
    reason: row.reason,
    answer_sealed: row.answerSealed,
    decided_at: row.decidedAt,
  }),
);
const decide = template((db, row: Pick<ObjectionRow, 'id' | 'state' | 'reason' | 'answerSealed' | 'decidedAt'>) =>
  db
    .updateTable('objection')
    .set({ state: row.state, reason: row.reason, answer_sealed: row.answerSealed, decided_at: row.decidedAt })
    .where('id', '=', row.id),
);

export class SqlRestrictionReads implements RestrictionReads {
  protected readonly queries: Queries;

  constructor(queries: Queries) {
    this.queries = queries;
  }

  inForce(visitorId: string): Promise<RestrictionRow | null> {
    return this.queries.one(inForce, { visitorId });
  }

  all(): Promise<RestrictionRow[]> {
    return this.queries.all(all, {});
  }

  of(visitorId: string): Promise<RestrictionRow[]> {
    return this.queries.all(ofVisitor, { visitorId });
  }

  async conversations(): Promise<string[]> {
    return (await this.queries.all(conversations, {})).map(({ id }) => id);
  }

  objection(id: string): Promise<ObjectionRow | null> {
    return this.queries.one(objection, { id });
  }

  objectionsOf(visitorId: string): Promise<ObjectionRow[]> {
    return this.queries.all(objectionsOf, { visitorId });
  }

  objections(limit: number): Promise<ObjectionRow[]> {
    return this.queries.all(objections, { limit });
  }
}

export class SqlRestrictions extends SqlRestrictionReads implements RestrictionWrites {
  async insert(row: RestrictionRow): Promise<void> {
    await this.queries.run(insert, row);
  }

  async setTold(visitorId: string, at: number, by: ToldBy): Promise<void> {
    await this.queries.run(setTold, { visitorId, at, by });
  }

  async setLifted(visitorId: string, at: number): Promise<void> {
    await this.queries.run(setLifted, { visitorId, at });
  }

  async hide(visitorId: string, at: number | null): Promise<void> {
    await this.queries.run(hide, { visitorId, at });
  }

  async insertObjection(row: ObjectionRow): Promise<void> {
    await this.queries.run(insertObjection, row);
  }

  async decideObjection(row: Pick<ObjectionRow, 'id' | 'state' | 'reason' | 'answerSealed' | 'decidedAt'>): Promise<void> {
    await this.queries.run(decide, row);
  }
}
