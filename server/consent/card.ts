import type { ConsentCard } from '../../shared/events.ts';
import { type IpMode, mayViewIp } from '../../shared/ip.ts';
import type { NoticeDoc } from '../../shared/notice.ts';
import type { AgentActor } from '../agents/sessions.ts';
import { recordLook } from '../audit/look.ts';
import type { Context } from '../context.ts';
import { readingOf } from '../conversations/reading.ts';
import { Refusal } from '../errors.ts';
import { openEvent } from '../ledger/ledger.ts';
import { noticeBegunUnder, restsOnConsent } from '../notices/begun-under.ts';
import { saidIp } from '../notices/generated.ts';
import type { ConsentEventRow, ConversationRow, NoticeRow } from '../store/rows.ts';
import type { VisitorKeys } from '../vault/vault.ts';
import { openForm, visitorKeys } from '../visitors/keys.ts';
import { consentFault } from '../visitors/sessions.ts';
import { evidencePlace, maskedIp } from './evidence.ts';
import { formActOf } from './form-act.ts';
import { newestByPurpose } from './states.ts';

/**
 * What a chat rests on: what was agreed, as the ledger has it, or another ground, as its notice says. For the card beside it, with what
 * this agent may see of the address.
 */
export async function consentCard(ctx: Context, agentId: string, conversationId: string): Promise<ConsentCard> {
  const { read } = ctx.store;
  const conversation = await read.conversation(conversationId);
  if (!conversation) throw new Refusal('not_found');
  const { visitorId, siteId, withdrawnAt, createdAt } = conversation;
  const rows = await read.consentEventsOf(conversationId);
  const form = formActOf(conversation, rows);
  const [notice, visitor, site, keys, reading, mayReveal, ip] = await Promise.all([
    noticeBegunUnder(read, conversation),
    read.visitor(visitorId),
    read.siteById(siteId),
    visitorKeys(ctx, read, visitorId),
    readingOf(read, conversation),
    mayLook(ctx, agentId, conversation),
    openIp(ctx, conversation),
  ]);
  const { doc } = notice;
  const given = openForm(keys, visitorId, visitor?.formSealed ?? null);
  return {
    state: stateOf(conversation, doc, ctx.clock()),
    grantedAt: createdAt,
    withdrawnAt,
    purposes: [...otherGrounds(doc, createdAt), ...decided(doc, rows)],
    ...(await actOf(ctx, keys, conversationId, notice, form)),
    ip: {
      mode: recordedMode(keys, form, ip, site ? saidIp(doc, site.settings) : 'none'),
      masked: mayReveal ? ip && maskedIp(ip) : null,
      mayReveal,
    },
    visitor: reading === 'locked' ? { ...given, email: null } : given,
    reading,
  };
}

/** As it was recorded, whatever the setting has become since; `said` is for a chat that nobody was asked for. */
function recordedMode(keys: VisitorKeys, first: ConsentEventRow | null, ip: string | null, said: IpMode): IpMode {
  if (ip) return ip.includes('/') ? 'truncated' : 'full';
  if (!first) return said;
  // Of one that is gone only that it was recorded is known.
  return openEvent(keys, first).event.ip_commitment === null ? 'none' : 'full';
}

/** By the role that they have now, and what the owner of the site allows (PR-66); what is locked is so to agents (PR-46). */
async function mayLook({ store: { read } }: Context, agentId: string, conversation: ConversationRow): Promise<boolean> {
  const [agent, site] = await Promise.all([read.agentById(agentId), read.siteById(conversation.siteId)]);
  if (!agent || !site || !mayViewIp(agent.role, site.settings.ipViewers)) return false;
  return agent.role !== 'agent' || (await readingOf(read, conversation)) !== 'locked';
}

function stateOf(conversation: ConversationRow, doc: NoticeDoc, now: number): ConsentCard['state'] {
  const fault = consentFault(conversation, now);
  if (fault) return fault === 'consent_withdrawn' ? 'withdrawn' : 'expired';
  return restsOnConsent(doc) ? 'in_force' : 'other_ground';
}

/** What nobody was asked for. */
function otherGrounds({ purposes, words }: NoticeDoc, at: number): ConsentCard['purposes'] {
  return purposes
    .filter(({ legalBasis }) => legalBasis !== 'consent')
    .map(({ id, legalBasis }) => ({ id, name: words.purposes[id]?.name ?? id, legalBasis, state: null, at }));
}

function decided({ purposes, words }: NoticeDoc, rows: ConsentEventRow[]): ConsentCard['purposes'] {
  return newestByPurpose(rows).map(({ purpose, state, at }) => ({
    id: purpose,
    name: words.purposes[purpose]?.name ?? purpose,
    legalBasis: purposes.find(({ id }) => id === purpose)?.legalBasis ?? 'consent',
    state,
    at,
  }));
}

type OfAct = Pick<ConsentCard, 'notice' | 'action' | 'page' | 'browser' | 'ledger' | 'receipt'>;

/** How the first act was done, and where it is proved; nothing of it where nothing was asked. */
async function actOf(
  { store: { read } }: Context,
  keys: VisitorKeys,
  conversationId: string,
  { hash, version, locale }: NoticeRow,
  first: ConsentEventRow | null,
): Promise<OfAct> {
  const words = { hash, version, locale, url: `/notice/${hash}` };
  if (!first) return { notice: words, action: null, page: null, browser: null, ledger: null, receipt: null };
  const { event } = openEvent(keys, first);
  const [entry, release] = await Promise.all([
    read.ledgerEntry(first.siteId, first.seq),
    // While developing no build is archived; the words are there all the same.
    read.release(event.ui_build_hash),
  ]);
  return {
    notice: release ? { ...words, url: `/shown/${conversationId}` } : words,
    action: event.action,
    page: event.page_origin_path,
    browser: event.ua_family,
    ledger: { seq: first.seq, hash: entry?.hash ?? '' },
    receipt: first.actId,
  };
}

/** The address that the chat began from, by its act; where nothing was asked, what was kept in that moment. */
async function openIp(ctx: Context, conversation: ConversationRow): Promise<string | null> {
  const { read } = ctx.store;
  const { id, visitorId, createdAt } = conversation;
  const first = formActOf(conversation, await read.consentEventsOf(id));
  const row = first
    ? await read.evidence(first.actId, 'ip')
    : (await read.evidenceOf(visitorId)).find((one) => one.kind === 'ip' && one.createdAt === createdAt);
  if (!row) return null;
  const keys = await visitorKeys(ctx, read, visitorId);
  return keys.openText('evidence', evidencePlace(row.actId, 'ip', 'value'), row.valueSealed);
}

/**
 * The IP that a chat began from, whole, to the roles that the owner allows. Each look is logged before it is given (PR-66,
 * PR-81).
 * @throws Refusal `not_found`, or `forbidden` for another role.
 */
export async function revealIp(ctx: Context, actor: AgentActor, conversationId: string): Promise<{ ip: string | null }> {
  const conversation = await ctx.store.read.conversation(conversationId);
  if (!conversation) throw new Refusal('not_found');
  if (!(await mayLook(ctx, actor.id, conversation))) throw new Refusal('forbidden');
  await recordLook(ctx, actor, 'ip.reveal', conversationId);
  return { ip: await openIp(ctx, conversation) };
}
