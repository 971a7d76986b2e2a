import { type Compilable, type Kysely, sql } from 'kysely';
import type { InboxCursor } from '../../shared/events.ts';
import { GENESIS, type Head } from '../../shared/ledger.ts';
import type { Abilities } from './abilities.ts';
import type { Execute } from './backend.ts';
import {
  AGENT,
  AGENT_SESSION,
  AUDIT,
  CONSENT_EVENT,
  CONVERSATION,
  DATA_KEY,
  EVIDENCE,
  LEDGER_ENTRY,
  LINK,
  MESSAGE,
  NOTICE,
  RELEASE,
  SESSION,
  SIGNING_KEY,
  SITE,
  toNotice,
  toRelease,
  toSession,
  toSite,
  VISITOR,
} from './columns.ts';
import { inboxCounts, inboxRowById, inboxViews, toInboxRow } from './inbox.ts';
import type {
  AgentRow,
  AgentSessionRow,
  AuditRow,
  ConsentEventRow,
  ConversationRow,
  DataKeyRow,
  EvidenceRow,
  InboxRow,
  InboxView,
  LedgerEntryRow,
  LinkRow,
  MessageRow,
  NoticeRow,
  Reads,
  ReleaseRow,
  SessionRow,
  SigningKeyRow,
  SiteRow,
  VisitorRow,
} from './store.ts';
import type { Tables } from './tables.ts';
import { type Template, template } from './template.ts';

interface Id {
  id: string;
}

const siteByKey = template((db, p: { key: string }) => db.selectFrom('site').select(SITE).where('key', '=', p.key));
const siteById = template((db, p: Id) => db.selectFrom('site').select(SITE).where('id', '=', p.id));
const sites = template((db) => db.selectFrom('site').select(SITE).orderBy('created_at').orderBy('id'));
const noticeByHash = template((db, p: { hash: string }) => db.selectFrom('notice').select(NOTICE).where('hash', '=', p.hash));
const noticeInForce = template((db, p: { siteId: string; locale: string }) =>
  db
    .selectFrom('notice')
    .select(NOTICE)
    .where('site_id', '=', p.siteId)
    .where('locale', '=', p.locale)
    .orderBy('version', 'desc')
    .limit(sql.lit(1)),
);
const dataKey = template((db, p: Id) => db.selectFrom('data_key').select(DATA_KEY).where('id', '=', p.id));
const dataKeysOf = template((db, p: { visitorId: string }) =>
  db.selectFrom('data_key').select(DATA_KEY).where('visitor_id', '=', p.visitorId).orderBy('class'),
);
const visitorById = template((db, p: Id) => db.selectFrom('visitor').select(VISITOR).where('id', '=', p.id));
const sessionByHash = template((db, p: { tokenHash: string }) =>
  db.selectFrom('session').select(SESSION).where('token_hash', '=', p.tokenHash),
);
const sessionsOf = template((db, p: { conversationId: string }) =>
  db.selectFrom('session').select(SESSION).where('conversation_id', '=', p.conversationId).orderBy('created_at'),
);
export const conversationById = template((db, p: Id) =>
  db.selectFrom('conversation').select(CONVERSATION).where('id', '=', p.id),
);
const openConversationOf = template((db, p: { visitorId: string }) =>
  db.selectFrom('conversation').select(CONVERSATION).where('visitor_id', '=', p.visitorId).where(sql<boolean>`status = 'open'`),
);

const messages = (db: Kysely<Tables>) =>
  db.selectFrom('message').leftJoin('agent', 'agent.id', 'message.agent_id').select(MESSAGE);
const messageById = template((db, p: Id) => messages(db).where('message.id', '=', p.id));
const messagesAfter = template((db, p: { conversationId: string; afterSeq: number; limit: number }) =>
  messages(db)
    .where('message.conversation_id', '=', p.conversationId)
    .where('message.seq', '>', p.afterSeq)
    .orderBy('message.seq')
    .limit(p.limit),
);
const lastMessages = template((db, p: { conversationId: string; limit: number }) =>
  messages(db).where('message.conversation_id', '=', p.conversationId).orderBy('message.seq', 'desc').limit(p.limit),
);

const ledgerHead = template((db, p: { siteId: string }) =>
  db.selectFrom('ledger_head').select(['seq', 'hash']).where('site_id', '=', p.siteId),
);
const entries = (db: Kysely<Tables>, siteId: string) =>
  db.selectFrom('ledger_entry').select(LEDGER_ENTRY).where('site_id', '=', siteId);
const ledgerEntries = template((db, p: { siteId: string; afterSeq: number; limit: number }) =>
  entries(db, p.siteId).where('seq', '>', p.afterSeq).orderBy('seq').limit(p.limit),
);
const ledgerEntry = template((db, p: { siteId: string; seq: number }) => entries(db, p.siteId).where('seq', '=', p.seq));
const consentEvents = (db: Kysely<Tables>) => db.selectFrom('consent_event').select(CONSENT_EVENT).orderBy('seq');
const consentEventsBySeq = template((db, p: { siteId: string; fromSeq: number; toSeq: number }) =>
  consentEvents(db).where('site_id', '=', p.siteId).where('seq', '>=', p.fromSeq).where('seq', '<=', p.toSeq),
);
const consentEventsOf = template((db, p: { conversationId: string }) =>
  consentEvents(db).where('conversation_id', '=', p.conversationId),
);
const consentEventsOfAct = template((db, p: { actId: string }) => consentEvents(db).where('act_id', '=', p.actId));
const evidence = template((db, p: { actId: string; kind: 'ip' | 'ua' }) =>
  db.selectFrom('evidence').select(EVIDENCE).where('act_id', '=', p.actId).where('kind', '=', p.kind),
);

const agentById = template((db, p: Id) => db.selectFrom('agent').select(AGENT).where('id', '=', p.id));
const agentByEmail = template((db, p: { email: string }) => db.selectFrom('agent').select(AGENT).where('email', '=', p.email));
const countAgents = template((db) => db.selectFrom('agent').select(sql<number>`count(*)`.as('count')));
const agentSession = template((db, p: { tokenHash: string }) =>
  db.selectFrom('agent_session').select(AGENT_SESSION).where('token_hash', '=', p.tokenHash),
);
const link = template((db, p: { tokenHash: string }) => db.selectFrom('link').select(LINK).where('token_hash', '=', p.tokenHash));
const signingKeys = template((db) => db.selectFrom('signing_key').select(SIGNING_KEY).orderBy('created_at').orderBy('kid'));
const releaseByBuild = template((db, p: { build: string }) =>
  db.selectFrom('release').select(RELEASE).where('build', '=', p.build),
);
const releaseFile = template((db, p: { name: string }) =>
  db.selectFrom('release_file').select('body').where('name', '=', p.name),
);
const audit = template((db, p: { limit: number }) =>
  db.selectFrom('audit').select(AUDIT).orderBy('at', 'desc').orderBy('id', 'desc').limit(p.limit),
);

/** Every read, inside a transaction and outside of it. */
export class SqlReads implements Reads {
  protected readonly db: Kysely<Tables>;
  protected readonly abilities: Abilities;
  readonly #execute: Execute;

  /** `db` builds the queries; `execute` alone touches the database. */
  constructor(db: Kysely<Tables>, abilities: Abilities, execute: Execute) {
    this.db = db;
    this.abilities = abilities;
    this.#execute = execute;
  }

  protected run<Params, Row>(query: Template<Params, Row>, params: Params) {
    return this.#execute(query.bind(this.db, params));
  }

  /** For queries whose shape depends on what they are given. */
  protected runBuilt(query: Compilable<unknown>) {
    return this.#execute(query.compile());
  }

  protected async all<Params, Row>(query: Template<Params, Row>, params: Params): Promise<Row[]> {
    return (await this.run(query, params)).rows;
  }

  protected async one<Params, Row>(query: Template<Params, Row>, params: Params): Promise<Row | null> {
    return (await this.run(query, params)).rows[0] ?? null;
  }

  async siteByKey(key: string): Promise<SiteRow | null> {
    const stored = await this.one(siteByKey, { key });
    return stored && toSite(stored);
  }

  async siteById(id: string): Promise<SiteRow | null> {
    const stored = await this.one(siteById, { id });
    return stored && toSite(stored);
  }

  async sites(): Promise<SiteRow[]> {
    return (await this.all(sites, {})).map(toSite);
  }

  async noticeByHash(hash: string): Promise<NoticeRow | null> {
    const stored = await this.one(noticeByHash, { hash });
    return stored && toNotice(stored);
  }

  async noticeInForce(siteId: string, locale: string): Promise<NoticeRow | null> {
    const stored = await this.one(noticeInForce, { siteId, locale });
    return stored && toNotice(stored);
  }

  dataKey(id: string): Promise<DataKeyRow | null> {
    return this.one(dataKey, { id });
  }

  dataKeysOf(visitorId: string): Promise<DataKeyRow[]> {
    return this.all(dataKeysOf, { visitorId });
  }

  visitor(id: string): Promise<VisitorRow | null> {
    return this.one(visitorById, { id });
  }

  async session(tokenHash: string): Promise<SessionRow | null> {
    const stored = await this.one(sessionByHash, { tokenHash });
    return stored && toSession(stored);
  }

  async sessionsOf(conversationId: string): Promise<SessionRow[]> {
    return (await this.all(sessionsOf, { conversationId })).map(toSession);
  }

  conversation(id: string): Promise<ConversationRow | null> {
    return this.one(conversationById, { id });
  }

  openConversationOf(visitorId: string): Promise<ConversationRow | null> {
    return this.one(openConversationOf, { visitorId });
  }

  async inboxRow(id: string): Promise<InboxRow | null> {
    const joined = await this.one(inboxRowById, { id });
    return joined && toInboxRow(joined);
  }

  async inbox(view: InboxView, agentId: string, before: InboxCursor | null, limit: number): Promise<InboxRow[]> {
    const { at, id } = before ?? { at: Number.MAX_SAFE_INTEGER, id: '' };
    const joined = await this.all(inboxViews(limit)[view], { agentId, beforeAt: at, beforeId: id });
    return joined.map(toInboxRow);
  }

  async inboxCounts(agentId: string): Promise<{ unassigned: number; mine: number; all: number; unread: number }> {
    return (await this.one(inboxCounts, { agentId })) ?? { unassigned: 0, mine: 0, all: 0, unread: 0 };
  }

  message(id: string): Promise<MessageRow | null> {
    return this.one(messageById, { id });
  }

  messagesAfter(conversationId: string, afterSeq: number, limit: number): Promise<MessageRow[]> {
    return this.all(messagesAfter, { conversationId, afterSeq, limit });
  }

  async lastMessages(conversationId: string, limit: number): Promise<MessageRow[]> {
    return (await this.all(lastMessages, { conversationId, limit })).reverse();
  }

  async ledgerHead(siteId: string): Promise<Head> {
    return (await this.one(ledgerHead, { siteId })) ?? { ...GENESIS };
  }

  ledgerEntries(siteId: string, afterSeq: number, limit: number): Promise<LedgerEntryRow[]> {
    return this.all(ledgerEntries, { siteId, afterSeq, limit });
  }

  ledgerEntry(siteId: string, seq: number): Promise<LedgerEntryRow | null> {
    return this.one(ledgerEntry, { siteId, seq });
  }

  consentEventsBySeq(siteId: string, fromSeq: number, toSeq: number): Promise<ConsentEventRow[]> {
    return this.all(consentEventsBySeq, { siteId, fromSeq, toSeq });
  }

  consentEventsOf(conversationId: string): Promise<ConsentEventRow[]> {
    return this.all(consentEventsOf, { conversationId });
  }

  consentEventsOfAct(actId: string): Promise<ConsentEventRow[]> {
    return this.all(consentEventsOfAct, { actId });
  }

  evidence(actId: string, kind: 'ip' | 'ua'): Promise<EvidenceRow | null> {
    return this.one(evidence, { actId, kind });
  }

  agentById(id: string): Promise<AgentRow | null> {
    return this.one(agentById, { id });
  }

  agentByEmail(email: string): Promise<AgentRow | null> {
    return this.one(agentByEmail, { email });
  }

  async countAgents(): Promise<number> {
    return (await this.one(countAgents, {}))?.count ?? 0;
  }

  agentSession(tokenHash: string): Promise<AgentSessionRow | null> {
    return this.one(agentSession, { tokenHash });
  }

  link(tokenHash: string): Promise<LinkRow | null> {
    return this.one(link, { tokenHash });
  }

  signingKeys(): Promise<SigningKeyRow[]> {
    return this.all(signingKeys, {});
  }

  async release(build: string): Promise<ReleaseRow | null> {
    const stored = await this.one(releaseByBuild, { build });
    return stored && toRelease(stored);
  }

  async releaseFile(name: string): Promise<Uint8Array | null> {
    return (await this.one(releaseFile, { name }))?.body ?? null;
  }

  audit(limit: number): Promise<AuditRow[]> {
    return this.all(audit, { limit });
  }
}
