import type { AuditActor } from '../../shared/audit.ts';
import type { RedactionDesk } from '../../shared/owner-api.ts';
import type { RedactionRules } from '../../shared/redaction/redaction.ts';
import { recordAct } from '../audit/act.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { rulesOf } from './rules.ts';

/** What each site wants taken out of what people write. */
export async function redactionDesk(ctx: Context): Promise<RedactionDesk> {
  const sites = await ctx.store.read.sites();
  return { sites: sites.map(({ key, name, settings }) => ({ key, name, rules: rulesOf(settings) })) };
}

/**
 * Says what is taken out from now on. What is stored already stays as it stands.
 * @throws Refusal `not_found`.
 */
export async function saveRules(ctx: Context, key: string, rules: RedactionRules, actor: AuditActor): Promise<RedactionDesk> {
  const now = ctx.clock();
  const changed = await ctx.store.write(async (tx) => {
    const site = await tx.lockSite(key);
    if (!site) throw new Refusal('not_found');
    const settings = { ...site.settings, redaction: rules };
    await tx.upsertSite({ ...site, settings });
    const { cards, ibans, own, spared } = rules;
    // An owner's patterns and accounts are counted: a line of the audit has no words.
    const detail = { cards, ibans, own: own.length, spared: spared.length };
    await recordAct(tx, { actor, action: 'redaction.changed', object: site.id, detail }, now);
    return { id: site.id, settings };
  });
  ctx.redaction.put(changed);
  return redactionDesk(ctx);
}
