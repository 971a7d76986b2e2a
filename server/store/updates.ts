import { type Kysely, sql } from 'kysely';
import { GENESIS } from '../../shared/ledger.ts';
import { CONVERSATION, SITE, VISITOR } from './columns.ts';
import type { Tables } from './tables.ts';
import { template } from './template.ts';

/** Every UPDATE and DELETE whose shape is known beforehand, and the ledger's head. */

/** Not against what refers to the site: a chat that begins waits for nobody's setting. */
export const siteForUpdate = template((db, p: { key: string }) =>
  db.selectFrom('site').select(SITE).where('key', '=', p.key).forNoKeyUpdate(),
);

export const conversationForUpdate = template((db, p: { id: string }) =>
  db.selectFrom('conversation').select(CONVERSATION).where('id', '=', p.id).forUpdate(),
);

export const visitorForUpdate = template((db, p: { id: string }) =>
  db.selectFrom('visitor').select(VISITOR).where('id', '=', p.id).forUpdate(),
);

interface Take {
  id: string;
  now: number;
}

const next = (db: Kysely<Tables>, p: Take) =>
  db
    .updateTable('conversation')
    .set((eb) => ({ last_seq: eb('last_seq', '+', sql.lit(1)) }))
    .where('id', '=', p.id)
    .where('status', '=', sql.lit('open'))
    .where('withdrawn_at', 'is', null)
    .where('restricted_at', 'is', null)
    .where('consent_until', '>', p.now);
const nextOfVisitor = (db: Kysely<Tables>, p: Take) =>
  next(db, p).set((eb) => ({
    unread: eb('unread', '+', sql.lit(1)),
    waiting_since: eb.fn.coalesce('waiting_since', eb.val(p.now)),
    left_at: null,
  }));
const nextOfAgent = (db: Kysely<Tables>, p: Take) => next(db, p).set({ waiting_since: null });
export const takeVisitorSeq = template((db, p: Take) => nextOfVisitor(db, p).set({ last_at: p.now }).returning(CONVERSATION));
export const takeAgentSeq = template((db, p: Take & { agentId: string | null }) =>
  nextOfAgent(db, p)
    .set((eb) => ({ last_at: p.now, assignee_id: eb.fn.coalesce('assignee_id', eb.val(p.agentId)) }))
    .returning(CONVERSATION),
);
export const visitorSeqInPlace = template((db, p: Take) => nextOfVisitor(db, p).returning('last_seq as seq'));
export const agentSeqInPlace = template((db, p: Take) =>
  nextOfAgent(db, p).where('assignee_id', 'is not', null).returning('last_seq as seq'),
);

export const setVisitorMarks = template((db, p: { id: string; delivered: number; read: number }) =>
  db
    .updateTable('conversation')
    .set({ visitor_delivered_seq: p.delivered, visitor_read_seq: p.read })
    .where('id', '=', p.id)
    .returning(CONVERSATION),
);
/** Counts only what is left after the mark; the row is locked, so no message of another writer is missed. */
export const unreadAfter = (conversationId: string, read: number) => sql<number>`(
  select count(*) from message
  where message.conversation_id = ${conversationId} and message.seq > ${read} and message.author = 'visitor')`;
export const setAgentMarks = template((db, p: { id: string; delivered: number; read: number }) =>
  db
    .updateTable('conversation')
    .set({ agent_delivered_seq: p.delivered, agent_read_seq: p.read, unread: unreadAfter(p.id, p.read) })
    .where('id', '=', p.id)
    .returning(CONVERSATION),
);

export const makeHead = template((db, p: { siteId: string }) =>
  db
    .insertInto('ledger_head')
    .values({ site_id: p.siteId, seq: GENESIS.seq, hash: GENESIS.hash })
    .onConflict((conflict) => conflict.column('site_id').doNothing()),
);
export const headForUpdate = template((db, p: { siteId: string }) =>
  db.selectFrom('ledger_head').select(['seq', 'hash']).where('site_id', '=', p.siteId).forUpdate(),
);
export const moveHead = template((db, p: { siteId: string; fromHash: string; seq: number; hash: string }) =>
  db.updateTable('ledger_head').set({ seq: p.seq, hash: p.hash }).where('site_id', '=', p.siteId).where('hash', '=', p.fromHash),
);

export const revokeSessions = template((db, p: { conversationId: string; at: number; except: string }) =>
  db
    .updateTable('session')
    .set({ revoked_at: p.at })
    .where('conversation_id', '=', p.conversationId)
    .where('token_hash', '!=', p.except)
    .where('revoked_at', 'is', null)
    .returning('token_hash as tokenHash'),
);
export const updateVisitorForm = template((db, p: { id: string; formSealed: Uint8Array | null }) =>
  db.updateTable('visitor').set({ form_sealed: p.formSealed }).where('id', '=', p.id),
);
export const deleteNoticeDraft = template((db, p: { siteId: string; locale: string }) =>
  db.deleteFrom('notice_draft').where('site_id', '=', p.siteId).where('locale', '=', p.locale),
);
export const deleteConsentDue = template((db, p: { conversationId: string; purpose: string }) =>
  db.deleteFrom('consent_due').where('conversation_id', '=', p.conversationId).where('purpose', '=', p.purpose),
);
export const touchAgentSession = template((db, p: { tokenHash: string; seenAt: number }) =>
  db.updateTable('agent_session').set({ seen_at: p.seenAt }).where('token_hash', '=', p.tokenHash),
);
export const deleteAgentSession = template((db, p: { tokenHash: string }) =>
  db.deleteFrom('agent_session').where('token_hash', '=', p.tokenHash),
);
export const deleteAgentSessionsOf = template((db, p: { agentId: string }) =>
  db.deleteFrom('agent_session').where('agent_id', '=', p.agentId),
);
export const useLink = template((db, p: { tokenHash: string; now: number }) =>
  db
    .updateTable('link')
    .set({ used_at: p.now })
    .where('token_hash', '=', p.tokenHash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', p.now)
    .returning('token_hash'),
);
