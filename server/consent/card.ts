import type { ConsentCard } from '../../shared/events.ts';
import { type IpMode, mayViewIp } from '../../shared/ip.ts';
import type { AgentActor } from '../agents/sessions.ts';
import { recordLook } from '../audit/look.ts';
import type { Context } from '../context.ts';
import { readingOf } from '../conversations/reading.ts';
import { Refusal } from '../errors.ts';
import { openEvent } from '../ledger/ledger.ts';
import { openForm, visitorKeys } from '../visitors/keys.ts';
import { consentFault } from '../visitors/sessions.ts';
import { evidencePlace, maskedIp } from './evidence.ts';
import { newestByPurpose } from './states.ts';

/** What was agreed in a conversation, as the ledger has it, for the card beside it; of the address what this agent may see. */
export async function consentCard(ctx: Context, agentId: string, conversationId: string): Promise<ConsentCard> {
  const { read } = ctx.store;
  const conversation = await read.conversation(conversationId);
  if (!conversation) throw new Refusal('not_found');
  const rows = await read.consentEventsOf(conversationId);
  const first = rows[0];
  if (!first) throw new Refusal('not_found');
  const [notice, entry, visitor] = await Promise.all([
    read.noticeByHash(first.noticeHash),
    read.ledgerEntry(first.siteId, first.seq),
    read.visitor(conversation.visitorId),
  ]);
  const keys = await visitorKeys(ctx, read, conversation.visitorId);
  const { event } = openEvent(keys, first);
  const release = await read.release(event.ui_build_hash);
  const mayReveal = await mayLook(ctx, agentId, conversation.siteId);
  const ip = await openIp(ctx, first.actId, conversation.visitorId);
  const doc = notice?.doc;
  const fault = consentFault(conversation, ctx.clock());
  const reading = await readingOf(read, conversation);
  const form = openForm(keys, conversation.visitorId, visitor?.formSealed ?? null);
  return {
    state: fault === 'consent_withdrawn' ? 'withdrawn' : fault ? 'expired' : 'in_force',
    grantedAt: first.at,
    withdrawnAt: conversation.withdrawnAt,
    purposes: newestByPurpose(rows).map((row) => ({
      id: row.purpose,
      name: doc?.words.purposes[row.purpose]?.name ?? row.purpose,
      legalBasis: doc?.purposes.find((purpose) => purpose.id === row.purpose)?.legalBasis ?? 'consent',
      state: row.state,
      at: row.at,
    })),
    notice: {
      hash: first.noticeHash,
      version: notice?.version ?? 0,
      locale: notice?.locale ?? '',
      // While developing no build is archived; the words are there all the same.
      url: release ? `/shown/${conversationId}` : `/notice/${first.noticeHash}`,
    },
    action: event.action,
    page: event.page_origin_path,
    browser: event.ua_family,
    ip: { mode: recordedMode(event, ip), masked: mayReveal ? ip && maskedIp(ip) : null, mayReveal },
    ledger: { seq: first.seq, hash: entry?.hash ?? '' },
    receipt: first.actId,
    visitor: reading === 'locked' ? { ...form, email: null } : form,
    reading,
  };
}

/** As it was recorded, whatever the setting has become since. Of one that is gone only that it was recorded is known. */
function recordedMode(event: { ip_commitment: string | null }, ip: string | null): IpMode {
  if (event.ip_commitment === null) return 'none';
  return ip?.includes('/') ? 'truncated' : 'full';
}

/** By the role that they have now, and what the owner of the site allows (PR-66). */
async function mayLook({ store: { read } }: Context, agentId: string, siteId: string): Promise<boolean> {
  const [agent, site] = await Promise.all([read.agentById(agentId), read.siteById(siteId)]);
  return agent !== null && site !== null && mayViewIp(agent.role, site.settings.ipViewers);
}

async function openIp(ctx: Context, actId: string, visitorId: string): Promise<string | null> {
  const row = await ctx.store.read.evidence(actId, 'ip');
  if (!row) return null;
  const keys = await visitorKeys(ctx, ctx.store.read, visitorId);
  return keys.openText('evidence', evidencePlace(actId, 'ip', 'value'), row.valueSealed);
}

/**
 * The IP of the consent request, whole, to the roles that the owner allows. Each look is logged before it is given (PR-66,
 * PR-81).
 * @throws Refusal `not_found`, or `forbidden` for another role.
 */
export async function revealIp(ctx: Context, actor: AgentActor, conversationId: string): Promise<{ ip: string | null }> {
  const conversation = await ctx.store.read.conversation(conversationId);
  const first = conversation && (await ctx.store.read.consentEventsOf(conversationId))[0];
  if (!conversation || !first) throw new Refusal('not_found');
  if (!(await mayLook(ctx, actor.id, conversation.siteId))) throw new Refusal('forbidden');
  await recordLook(ctx, actor, 'ip.reveal', conversationId);
  return { ip: await openIp(ctx, first.actId, conversation.visitorId) };
}
