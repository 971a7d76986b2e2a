import type { NoticeDesk } from '../../shared/api.ts';
import { newId } from '../../shared/ids.ts';
import { type NoticeDoc, noticeHash, plainDoc } from '../../shared/notice.ts';
import { changesBetween } from '../../shared/notice-changes.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import type { SiteRow } from '../store/rows.ts';
import { isMaterial } from './changes.ts';
import { lintNotice } from './lint.ts';
import { inWords, NoticeRefused, publishNotice } from './publish.ts';

/** What an owner sees of a site's notice in one language: what is in force, what is being written, and what it changes. */
export async function noticeDesk(ctx: Context, siteKey: string, locale: string): Promise<NoticeDesk> {
  const { read } = ctx.store;
  const site = await siteOf(ctx, siteKey);
  const inForce = await read.noticeInForce(site.id, locale);
  const draft = await read.noticeDraft(site.id, locale);
  const versions = (await read.noticesOf(site.id, locale)).map(({ hash, version, publishedAt }) => ({
    hash,
    version,
    publishedAt,
  }));
  const next = draft && nextDoc(draft.doc, inForce?.version);
  const changes = next ? changesBetween(inForce?.doc ?? null, next) : [];
  return {
    site: { key: site.key, name: site.name },
    locale,
    inForce: inForce && { hash: inForce.hash, version: inForce.version, publishedAt: inForce.publishedAt, doc: inForce.doc },
    versions,
    draft: draft && next && { hash: noticeHash(next), doc: next, updatedAt: draft.updatedAt },
    findings: next ? lintNotice(next, site.settings).map((one) => ({ ...one, text: inWords(one) })) : [],
    changes,
    material: isMaterial(changes),
    affected: inForce ? await read.countConsentsUnder(inForce.hash) : 0,
  };
}

/**
 * Keeps what was written so far. It need not be complete: the linter says what is missing.
 * @throws Refusal `conflict` where the draft is not the one that was changed, unless it says just this already.
 */
export async function saveDraft(
  ctx: Context,
  siteKey: string,
  { doc, base }: { doc: NoticeDoc; base?: string | null | undefined },
  agentId: string,
): Promise<NoticeDesk> {
  const site = await siteOf(ctx, siteKey);
  if (doc.site !== site.key) throw new Refusal('invalid', { fields: { site: 'another' } });
  const row = { siteId: site.id, locale: doc.locale, doc: plainDoc(doc), updatedAt: ctx.clock(), updatedBy: agentId };
  await ctx.store.write(async (tx) => {
    if (base !== undefined) {
      const known = await tx.noticeDraft(site.id, doc.locale);
      const inForce = (await tx.noticeInForce(site.id, doc.locale))?.version;
      const held = known && noticeHash(nextDoc(known.doc, inForce));
      if (held !== base && held !== noticeHash(nextDoc(doc, inForce))) throw new Refusal('conflict');
    }
    await tx.upsertNoticeDraft(row);
  });
  return noticeDesk(ctx, siteKey, doc.locale);
}

/**
 * Publishes the draft as it was previewed: `hash` is that of the words that the owner saw. From then on it is what the
 * form asks with; conversations that began before keep theirs.
 * @throws Refusal `not_found` without a draft, `conflict` when it was changed meanwhile, `invalid` with the linter's words.
 */
export async function publishDraft(
  ctx: Context,
  siteKey: string,
  { locale, hash }: { locale: string; hash: string },
  agentId: string,
): Promise<NoticeDesk> {
  const site = await siteOf(ctx, siteKey);
  const now = ctx.clock();
  await ctx.store
    .write(async (tx) => {
      const draft = await tx.noticeDraft(site.id, locale);
      if (!draft) throw new Refusal('not_found');
      const next = nextDoc(draft.doc, (await tx.noticeInForce(site.id, locale))?.version);
      if (noticeHash(next) !== hash) throw new Refusal('conflict');
      await publishNotice(tx, site.id, next, now);
      await tx.deleteNoticeDraft(site.id, locale);
      await tx.insertAudit({ id: newId(now), at: now, agentId, action: 'notice.published', object: hash });
    })
    .catch((error: unknown) => {
      if (error instanceof NoticeRefused) throw new Refusal('invalid', { body: { findings: error.findings.map(inWords) } });
      throw error;
    });
  return noticeDesk(ctx, siteKey, locale);
}

async function siteOf(ctx: Context, key: string): Promise<SiteRow> {
  const site = await ctx.store.read.siteByKey(key);
  if (!site) throw new Refusal('not_found');
  return site;
}

/** The draft under the number that it will be published with. */
function nextDoc(doc: NoticeDoc, inForce = 0): NoticeDoc {
  return plainDoc({ ...doc, version: inForce + 1 });
}
