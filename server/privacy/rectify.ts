import type { FormAsGiven, RectifyRequest } from '../../shared/api.ts';
import type { AuditActor } from '../../shared/audit.ts';
import type { NoticeDoc } from '../../shared/notice.ts';
import { redacted } from '../../shared/redaction/redaction.ts';
import { recordAct } from '../audit/act.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { noticeBegunUnder } from '../notices/begun-under.ts';
import { indexEmail } from '../requests/email-index.ts';
import type { ConversationRow } from '../store/rows.ts';
import type { Reads } from '../store/store.ts';
import { SealBroken, type VisitorKeys } from '../vault/vault.ts';
import { requireAsked } from '../visitors/asked-fields.ts';
import { type FormFields, formPlace, keysToSeal, openForm, visitorKeys } from '../visitors/keys.ts';
import type { Speaker } from '../visitors/sessions.ts';
import { tellRecipients } from '../webhooks/tell.ts';

/** What a visitor gave in the form, as it is kept now. */
export async function formAsGiven(ctx: Context, { conversation }: Pick<Speaker, 'conversation'>): Promise<FormAsGiven> {
  const { read } = ctx.store;
  const [visitor, asked] = await Promise.all([read.visitor(conversation.visitorId), askedIn(read, conversation)]);
  const keys = await visitorKeys(ctx, read, conversation.visitorId);
  return { ...openForm(keys, conversation.visitorId, visitor?.formSealed ?? null), asked };
}

/**
 * Puts right what a visitor gave in the form (PR-53, GDPR Art. 16): what was wrong is not kept beside it, that it was put
 * right is, with the codes of the fields. Saved as it stands already, nothing happens. The agents see it at once, and recipients are told which field it was (Art. 19).
 * @throws Refusal `invalid` where a field that the notice asks for would be empty, or one that it does not ask would not.
 */
export async function rectify(
  ctx: Context,
  { conversation }: Pick<Speaker, 'conversation'>,
  { name, email }: Pick<RectifyRequest, 'name' | 'email'>,
  requestId: string,
  actor: AuditActor = { kind: 'visitor' },
): Promise<FormAsGiven> {
  const { visitorId } = conversation;
  const asked = await askedIn(ctx.store.read, conversation);
  requireAsked(asked, { name, email });
  const rules = await ctx.redaction.of(conversation.siteId);
  const form = { name: (name && redacted(name, rules)) || null, email: email || null };
  const now = ctx.clock();
  const isChanged = await ctx.store.write(async (tx) => {
    const known = await tx.lockVisitor(visitorId);
    if (!known) throw new Refusal('not_found');
    const keys = await keysToSeal(ctx, tx, visitorId);
    const sealed = form.name || form.email ? keys.seal('form', formPlace(visitorId), JSON.stringify(form)) : null;
    const before = formBefore(keys, visitorId, known.formSealed);
    const fields = (['name', 'email'] as const).filter((field) => form[field] !== before[field]);
    if (fields.length === 0) return false;
    await tx.updateVisitorForm(visitorId, sealed);
    const news = { siteId: conversation.siteId, visitorId, conversationIds: [conversation.id], fields };
    await tellRecipients(ctx, tx, { event: 'data.rectified', ...news }, now);
    await tx.retention.watch(conversation.id, ['form'], now, now);
    if (sealed) await indexEmail(ctx, tx, { id: visitorId, siteId: conversation.siteId }, form.email);
    await recordAct(tx, { actor, action: 'form.rectified', object: conversation.id, detail: { fields: fields.join('+') } }, now);
    return true;
  });
  if (!isChanged) return { ...form, asked };
  ctx.world.conversationChanged(conversation.id, requestId);
  ctx.world.consentsChanged(conversation.id, requestId);
  return { ...form, asked };
}

/** What stood there; nothing where the key that it was sealed under is gone, so that it can be put right all the same. */
function formBefore(keys: VisitorKeys, visitorId: string, sealed: Uint8Array | null): Partial<FormFields> {
  try {
    return openForm(keys, visitorId, sealed);
  } catch (error) {
    if (error instanceof SealBroken) return {};
    throw error;
  }
}

/** The fields of the notice that the conversation began under. */
async function askedIn(reads: Reads, conversation: ConversationRow): Promise<NoticeDoc['fields']> {
  return (await noticeBegunUnder(reads, conversation)).doc.fields;
}
