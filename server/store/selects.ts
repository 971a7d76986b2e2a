import { type Kysely, sql } from 'kysely';
import {
  AGENT,
  AGENT_SESSION,
  CONSENT_DUE,
  CONSENT_EVENT,
  CONVERSATION,
  DATA_KEY,
  ERASURE,
  EVIDENCE,
  LEDGER_ENTRY,
  LINK,
  MESSAGE,
  NOTICE,
  NOTICE_DRAFT,
  RECEIPT_LINK,
  RELEASE,
  SESSION,
  SIGNING_KEY,
  SITE,
  TREE_HEAD,
  VISITOR,
} from './columns.ts';
import type { Tables } from './tables.ts';
import { template } from './template.ts';

/** Every SELECT whose shape is known beforehand. */

interface Id {
  id: string;
}

export const siteByKey = template((db, p: { key: string }) => db.selectFrom('site').select(SITE).where('key', '=', p.key));
export const siteById = template((db, p: Id) => db.selectFrom('site').select(SITE).where('id', '=', p.id));
export const sites = template((db) => db.selectFrom('site').select(SITE).orderBy('created_at').orderBy('id'));
export const noticeByHash = template((db, p: { hash: string }) =>
  db.selectFrom('notice').select(NOTICE).where('hash', '=', p.hash),
);
export const noticeInForce = template((db, p: { siteId: string; locale: string }) =>
  db
    .selectFrom('notice')
    .select(NOTICE)
    .where('site_id', '=', p.siteId)
    .where('locale', '=', p.locale)
    .orderBy('version', 'desc')
    .limit(sql.lit(1)),
);
export const noticesInForce = template((db, p: { siteId: string }) =>
  db
    .selectFrom('notice')
    .select(NOTICE)
    .where('site_id', '=', p.siteId)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('notice as newer')
            .select('newer.hash')
            .whereRef('newer.site_id', '=', 'notice.site_id')
            .whereRef('newer.locale', '=', 'notice.locale')
            .whereRef('newer.version', '>', 'notice.version'),
        ),
      ),
    )
    .orderBy('locale'),
);
export const noticesOf = template((db, p: { siteId: string; locale: string }) =>
  db
    .selectFrom('notice')
    .select(NOTICE)
    .where('site_id', '=', p.siteId)
    .where('locale', '=', p.locale)
    .orderBy('version', 'desc'),
);
export const noticeDraft = template((db, p: { siteId: string; locale: string }) =>
  db.selectFrom('notice_draft').select(NOTICE_DRAFT).where('site_id', '=', p.siteId).where('locale', '=', p.locale),
);
export const noticeVersions = template((db, p: { siteId: string }) =>
  db
    .selectFrom('notice')
    .select(['locale', 'version', 'published_at as publishedAt'])
    .where('site_id', '=', p.siteId)
    .orderBy('locale')
    .orderBy('version', 'desc'),
);
export const noticeDraftLocales = template((db, p: { siteId: string }) =>
  db.selectFrom('notice_draft').select('locale').where('site_id', '=', p.siteId).orderBy('locale'),
);
export function consentsUnder(db: Kysely<Tables>, agreed: readonly { noticeHash: string; purposes: string[] }[]) {
  return db
    .selectFrom('consent_due')
    .innerJoin('consent_event', 'consent_event.record_id', 'consent_due.record_id')
    .select(sql<number>`count(distinct consent_due.conversation_id)`.as('count'))
    .where(({ or, and, eb }) =>
      or(
        agreed.map(({ noticeHash, purposes }) =>
          and([eb('consent_event.notice_hash', '=', noticeHash), eb('consent_due.purpose', 'in', purposes)]),
        ),
      ),
    );
}
export const dataKey = template((db, p: Id) => db.selectFrom('data_key').select(DATA_KEY).where('id', '=', p.id));
export const dataKeysOf = template((db, p: { visitorId: string }) =>
  db.selectFrom('data_key').select(DATA_KEY).where('visitor_id', '=', p.visitorId),
);
export const visitorById = template((db, p: Id) => db.selectFrom('visitor').select(VISITOR).where('id', '=', p.id));
export const sessionByHash = template((db, p: { tokenHash: string }) =>
  db.selectFrom('session').select(SESSION).where('token_hash', '=', p.tokenHash),
);
export const sessionsOf = template((db, p: { conversationId: string }) =>
  db.selectFrom('session').select(SESSION).where('conversation_id', '=', p.conversationId).orderBy('created_at'),
);
export const conversationById = template((db, p: Id) =>
  db.selectFrom('conversation').select(CONVERSATION).where('id', '=', p.id),
);
export const openConversationOf = template((db, p: { visitorId: string }) =>
  db.selectFrom('conversation').select(CONVERSATION).where('visitor_id', '=', p.visitorId).where(sql<boolean>`status = 'open'`),
);
export const conversationsOf = template((db, p: { visitorId: string }) =>
  db
    .selectFrom('conversation')
    .select(CONVERSATION)
    .where('visitor_id', '=', p.visitorId)
    .orderBy('conversation.created_at')
    .orderBy('conversation.id'),
);

const messages = (db: Kysely<Tables>) =>
  db.selectFrom('message').leftJoin('agent', 'agent.id', 'message.agent_id').select(MESSAGE);
export const messageById = template((db, p: Id) => messages(db).where('message.id', '=', p.id));
export const messagesAfter = template((db, p: { conversationId: string; afterSeq: number; limit: number }) =>
  messages(db)
    .where('message.conversation_id', '=', p.conversationId)
    .where('message.seq', '>', p.afterSeq)
    .orderBy('message.seq')
    .limit(p.limit),
);
/** What lost its text behind a cursor that is past it. */
export const erasedUpTo = template((db, p: { conversationId: string; seq: number }) =>
  messages(db)
    .where('message.conversation_id', '=', p.conversationId)
    .where('message.seq', '<=', p.seq)
    .where('message.erased_at', 'is not', null)
    .orderBy('message.seq'),
);
export const lastMessages = template((db, p: { conversationId: string; limit: number }) =>
  messages(db).where('message.conversation_id', '=', p.conversationId).orderBy('message.seq', 'desc').limit(p.limit),
);

export const ledgerHead = template((db, p: { siteId: string }) =>
  db.selectFrom('ledger_head').select(['seq', 'hash']).where('site_id', '=', p.siteId),
);
const entries = (db: Kysely<Tables>, siteId: string) =>
  db.selectFrom('ledger_entry').select(LEDGER_ENTRY).where('site_id', '=', siteId);
export const ledgerEntries = template((db, p: { siteId: string; afterSeq: number; limit: number }) =>
  entries(db, p.siteId).where('seq', '>', p.afterSeq).orderBy('seq').limit(p.limit),
);
export const ledgerEntry = template((db, p: { siteId: string; seq: number }) => entries(db, p.siteId).where('seq', '=', p.seq));
const treeHeadRows = (db: Kysely<Tables>, siteId: string) =>
  db.selectFrom('tree_head').select(TREE_HEAD).where('site_id', '=', siteId);
export const newestTreeHead = template((db, p: { siteId: string }) =>
  treeHeadRows(db, p.siteId).orderBy('size', 'desc').orderBy('at', 'desc').limit(1),
);
/** The shortest head that covers an entry, the first of its size. */
export const treeHeadCovering = template((db, p: { siteId: string; seq: number }) =>
  treeHeadRows(db, p.siteId).where('size', '>=', p.seq).orderBy('size').orderBy('at').limit(1),
);
/** The longest that does not. */
export const treeHeadBefore = template((db, p: { siteId: string; seq: number }) =>
  treeHeadRows(db, p.siteId).where('size', '<', p.seq).orderBy('size', 'desc').orderBy('at', 'desc').limit(1),
);
export const treeHeads = template((db, p: { siteId: string; afterAt: number; limit: number }) =>
  treeHeadRows(db, p.siteId).where('at', '>', p.afterAt).orderBy('at').orderBy('size').limit(p.limit),
);
const consentEvents = (db: Kysely<Tables>) => db.selectFrom('consent_event').select(CONSENT_EVENT).orderBy('seq');
export const consentEventsBySeq = template((db, p: { siteId: string; fromSeq: number; toSeq: number }) =>
  consentEvents(db).where('site_id', '=', p.siteId).where('seq', '>=', p.fromSeq).where('seq', '<=', p.toSeq),
);
export const consentEventsOf = template((db, p: { conversationId: string }) =>
  consentEvents(db).where('conversation_id', '=', p.conversationId),
);
export const consentEventsOfAct = template((db, p: { actId: string }) => consentEvents(db).where('act_id', '=', p.actId));
export const consentsDue = template((db, p: { now: number; limit: number }) =>
  db.selectFrom('consent_due').select(CONSENT_DUE).where('due_at', '<=', p.now).orderBy('due_at').limit(p.limit),
);
export function conversationsAmong(db: Kysely<Tables>, ids: readonly string[]) {
  return db.selectFrom('conversation').select('id').where('id', 'in', ids);
}
export const consentEventsOfVisitor = template((db, p: { visitorId: string }) =>
  consentEvents(db).where('visitor_id', '=', p.visitorId),
);
export const erasures = template((db, p: { siteId: string; afterSeq: number; limit: number }) =>
  db
    .selectFrom('erasure')
    .select(ERASURE)
    .where('site_id', '=', p.siteId)
    .where('seq', '>', p.afterSeq)
    .orderBy('seq')
    .limit(p.limit),
);
/** A look into the index for each site, however many there were. */
export const newestErasures = template((db) =>
  db
    .selectFrom('site')
    .select(['id as siteId', sql<number>`coalesce((select max(seq) from erasure where site_id = site.id), 0)`.as('seq')]),
);
export const consentsDueOf = template((db, p: { conversationId: string }) =>
  db.selectFrom('consent_due').select(CONSENT_DUE).where('conversation_id', '=', p.conversationId).orderBy('purpose'),
);
export const evidence = template((db, p: { actId: string; kind: 'ip' | 'ua' }) =>
  db.selectFrom('evidence').select(EVIDENCE).where('act_id', '=', p.actId).where('kind', '=', p.kind),
);
export const evidenceOf = template((db, p: { visitorId: string }) =>
  db
    .selectFrom('evidence')
    .select(EVIDENCE)
    .where('visitor_id', '=', p.visitorId)
    .orderBy('created_at')
    .orderBy('act_id')
    .orderBy('kind'),
);

export const agentById = template((db, p: Id) => db.selectFrom('agent').select(AGENT).where('id', '=', p.id));
export const agentByEmail = template((db, p: { email: string }) =>
  db.selectFrom('agent').select(AGENT).where('email', '=', p.email),
);
export const countAgents = template((db) => db.selectFrom('agent').select(sql<number>`count(*)`.as('count')));
export const agentSession = template((db, p: { tokenHash: string }) =>
  db.selectFrom('agent_session').select(AGENT_SESSION).where('token_hash', '=', p.tokenHash),
);
export const link = template((db, p: { tokenHash: string }) =>
  db.selectFrom('link').select(LINK).where('token_hash', '=', p.tokenHash),
);
export const receiptLink = template((db, p: { tokenHash: string }) =>
  db.selectFrom('receipt_link').select(RECEIPT_LINK).where('token_hash', '=', p.tokenHash),
);
export const receiptLinksOf = template((db, p: { visitorId: string }) =>
  db
    .selectFrom('receipt_link')
    .select(RECEIPT_LINK)
    .where('visitor_id', '=', p.visitorId)
    .orderBy('created_at')
    .orderBy('token_hash'),
);
export const countReceiptLinks = template((db, p: { conversationId: string }) =>
  db.selectFrom('receipt_link').select(sql<number>`count(*)`.as('count')).where('conversation_id', '=', p.conversationId),
);
export const signingKeys = template((db) =>
  db.selectFrom('signing_key').select(SIGNING_KEY).orderBy('created_at').orderBy('kid'),
);
export const releaseByBuild = template((db, p: { build: string }) =>
  db.selectFrom('release').select(RELEASE).where('build', '=', p.build),
);
/** How a release kept its files: few rows, looked at when a page of another release speaks. */
export const releases = template((db) => db.selectFrom('release').select(RELEASE).orderBy('created_at', 'desc'));
export const releaseFile = template((db, p: { name: string }) =>
  db.selectFrom('release_file').select('body').where('name', '=', p.name),
);
