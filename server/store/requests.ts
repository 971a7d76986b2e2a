import type { DeadlineProfile, RequestKind } from '../../shared/deadlines.ts';
import type { Ground, IdentifiedBy, Outcome, RequestStep, SentBy, Via } from '../../shared/request-codes.ts';
import type { Queries } from './queries.ts';
import {
  answeredBefore,
  answeredOnes,
  byId,
  byIdForUpdate,
  calendarOf,
  deleteRequest,
  deleteSteps,
  dropKeys,
  dropPerson,
  dueOnes,
  insertPerson,
  insertStep,
  lastStep,
  NEVER,
  ofVisitor,
  openOnes,
  personOf,
  putCalendar,
  stepsOf,
  updatePerson,
  wordsAnsweredBefore,
} from './requests-sql.ts';

/** What people asked for by right, and how it was answered: a room of the store. */

/** Names nobody; due days are calendar days as text, see shared/deadlines.ts. */
export interface RequestRow {
  id: string;
  /** What the person is told, e.g. `R-7K4M-2QXD`. */
  number: string;
  siteId: string;
  kind: RequestKind;
  profile: DeadlineProfile;
  via: Via;
  viaOthers: boolean;
  receivedAt: number;
  /** When it was put in here. */
  enteredAt: number;
  status: 'open' | 'answered';
  person: 'unknown' | 'found' | 'none';
  identifiedBy: IdentifiedBy | null;
  identityAskedAt: number | null;
  identityGivenAt: number | null;
  acknowledgedAt: number | null;
  extendedAt: number | null;
  extensionReason: 'complex' | 'many' | null;
  actedAt: number | null;
  /** Of the erasure that it was answered by. */
  erasureId: string | null;
  outcome: Outcome | null;
  ground: Ground | null;
  answeredAt: number | null;
  sentBy: SentBy | null;
  acknowledgeDue: string | null;
  answerDue: string | null;
  extendBy: string | null;
}

export interface RequestStepRow {
  requestId: string;
  at: number;
  agentId: string | null;
  step: RequestStep;
  /** A code, never words of anybody. */
  detail: string | null;
}

/** Who asked, and in which words: sealed under a key of the request's own. */
export interface RequestPersonRow {
  requestId: string;
  visitorId: string | null;
  wordsSealed: Uint8Array | null;
}

/** By which calendar a site counts its days. */
export interface RequestCalendarRow {
  siteId: string;
  timeZone: string;
  holidays: string[];
}

export type RequestChange = Partial<
  Omit<RequestRow, 'id' | 'number' | 'siteId' | 'kind' | 'via' | 'viaOthers' | 'receivedAt' | 'enteredAt'>
>;

export interface RequestReads {
  byId(id: string): Promise<RequestRow | null>;
  /** Open: what is due first comes first; answered: the newest first. */
  list(status: RequestRow['status'], limit: number): Promise<RequestRow[]>;
  /** How many are open, and of them overdue on this day, and due until `soon`: what comes first of confirmation and answer. */
  countDue(today: string, soon: string): Promise<{ open: number; overdue: number; soon: number }>;
  /** In their order, with the names of who did it. */
  steps(requestId: string): Promise<(RequestStepRow & { agentName: string | null })[]>;
  person(requestId: string): Promise<RequestPersonRow | null>;
  /** Those of a visitor, the oldest first. */
  ofVisitor(visitorId: string): Promise<(RequestRow & Pick<RequestPersonRow, 'wordsSealed'>)[]>;
  /** Answered before `before`, with words that are still kept. */
  wordsAnsweredBefore(before: number, limit: number): Promise<string[]>;
  /** Answered before `before`, with words or without, the oldest first. */
  answeredBefore(before: number, limit: number): Promise<string[]>;
  calendar(siteId: string): Promise<RequestCalendarRow | null>;
}

export interface RequestWrites {
  insert(row: RequestRow): Promise<void>;
  /** The row, locked until the transaction ends where several write at once. */
  lock(id: string): Promise<RequestRow | null>;
  update(id: string, change: RequestChange): Promise<void>;
  /** After those that are there; the request is locked. */
  addStep(row: RequestStepRow): Promise<void>;
  insertPerson(row: RequestPersonRow): Promise<void>;
  /** Nothing where it is gone: an erasure brings nobody back. */
  updatePerson(row: RequestPersonRow): Promise<void>;
  /** The words go, and the key that they were sealed under. */
  dropPerson(requestId: string): Promise<void>;
  /** All of it: its steps, its words and their key, and the record itself. The request is locked. */
  delete(requestId: string): Promise<void>;
  putCalendar(row: RequestCalendarRow): Promise<void>;
}

/** The row as the table has it. */
function columns(row: RequestChange) {
  return {
    profile: row.profile,
    status: row.status,
    person: row.person,
    identified_by: row.identifiedBy,
    identity_asked_at: row.identityAskedAt,
    identity_given_at: row.identityGivenAt,
    acknowledged_at: row.acknowledgedAt,
    extended_at: row.extendedAt,
    extension_reason: row.extensionReason,
    acted_at: row.actedAt,
    erasure_id: row.erasureId,
    outcome: row.outcome,
    ground: row.ground,
    answered_at: row.answeredAt,
    sent_by: row.sentBy,
    acknowledge_due: row.acknowledgeDue,
    answer_due: row.answerDue,
    extend_by: row.extendBy,
  };
}

function toRequest<Stored extends { viaOthers: number }>(stored: Stored): Omit<Stored, 'viaOthers'> & { viaOthers: boolean } {
  return { ...stored, viaOthers: stored.viaOthers === 1 };
}

export class SqlRequestReads implements RequestReads {
  protected readonly queries: Queries;

  constructor(queries: Queries) {
    this.queries = queries;
  }

  async byId(id: string): Promise<RequestRow | null> {
    const stored = await this.queries.one(byId, { id });
    return stored && toRequest(stored);
  }

  async list(status: RequestRow['status'], limit: number): Promise<RequestRow[]> {
    return (await this.queries.all(status === 'open' ? openOnes : answeredOnes, { limit })).map(toRequest);
  }

  async countDue(today: string, soon: string): Promise<{ open: number; overdue: number; soon: number }> {
    const open = await this.queries.all(dueOnes, {});
    const next = open.map(({ answerDue, acknowledgeDue, acknowledgedAt }) => {
      const due = [answerDue, acknowledgedAt === null ? acknowledgeDue : null].filter((day) => day !== null);
      return due.sort()[0] ?? NEVER;
    });
    const overdue = next.filter((day) => day < today).length;
    return { open: open.length, overdue, soon: next.filter((day) => day <= soon).length - overdue };
  }

  steps(requestId: string): Promise<(RequestStepRow & { agentName: string | null })[]> {
    return this.queries.all(stepsOf, { requestId });
  }

  person(requestId: string): Promise<RequestPersonRow | null> {
    return this.queries.one(personOf, { requestId });
  }

  async ofVisitor(visitorId: string): Promise<(RequestRow & Pick<RequestPersonRow, 'wordsSealed'>)[]> {
    return (await this.queries.all(ofVisitor, { visitorId })).map(toRequest);
  }

  async wordsAnsweredBefore(before: number, limit: number): Promise<string[]> {
    return (await this.queries.all(wordsAnsweredBefore, { before, limit })).map(({ id }) => id);
  }

  async answeredBefore(before: number, limit: number): Promise<string[]> {
    return (await this.queries.all(answeredBefore, { before, limit })).map(({ id }) => id);
  }

  async calendar(siteId: string): Promise<RequestCalendarRow | null> {
    const stored = await this.queries.one(calendarOf, { siteId });
    return stored && { ...stored, holidays: JSON.parse(stored.holidays) as string[] };
  }
}

export class SqlRequests extends SqlRequestReads implements RequestWrites {
  async insert(row: RequestRow): Promise<void> {
    const { id, number, siteId, kind, via, viaOthers, receivedAt, enteredAt, ...rest } = row;
    const given = { id, number, kind, via, site_id: siteId, via_others: viaOthers ? 1 : 0 };
    const times = { received_at: receivedAt, entered_at: enteredAt };
    const { profile, status, person } = rest;
    await this.queries.runBuilt(
      this.queries.db.insertInto('request').values({ ...columns(rest), ...given, ...times, profile, status, person }),
    );
  }

  async lock(id: string): Promise<RequestRow | null> {
    const stored = await this.queries.one(this.queries.abilities.lockRow ? byIdForUpdate : byId, { id });
    return stored && toRequest(stored);
  }

  async update(id: string, change: RequestChange): Promise<void> {
    const set = columns(change);
    if (Object.values(set).every((value) => value === undefined)) return;
    await this.queries.runBuilt(this.queries.db.updateTable('request').set(set).where('id', '=', id));
  }

  async addStep(row: RequestStepRow): Promise<void> {
    const last = await this.queries.one(lastStep, { requestId: row.requestId });
    await this.queries.run(insertStep, { ...row, n: (last?.n ?? 0) + 1 });
  }

  async insertPerson(row: RequestPersonRow): Promise<void> {
    await this.queries.run(insertPerson, row);
  }

  async updatePerson(row: RequestPersonRow): Promise<void> {
    await this.queries.run(updatePerson, row);
  }

  async dropPerson(requestId: string): Promise<void> {
    await this.queries.run(dropKeys, { requestId });
    await this.queries.run(dropPerson, { requestId });
  }

  async delete(requestId: string): Promise<void> {
    await this.dropPerson(requestId);
    await this.queries.run(deleteSteps, { requestId });
    await this.queries.run(deleteRequest, { requestId });
  }

  async putCalendar({ siteId, timeZone, holidays }: RequestCalendarRow): Promise<void> {
    await this.queries.run(putCalendar, { siteId, timeZone, holidays: JSON.stringify(holidays) });
  }
}
