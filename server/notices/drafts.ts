import type { AuditActor } from '../../shared/audit.ts';
import { type NoticeDoc, noticeHash, plainDoc } from '../../shared/notice.ts';
import { changesBetween } from '../../shared/notice-changes.ts';
import type { NoticeDesk } from '../../shared/owner-api.ts';
import { recordAct } from '../audit/act.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { hasEnded } from '../sites/ended.ts';
import type { NoticeRow, SiteRow, SiteSettings } from '../store/rows.ts';
import { touchedPurposes } from './changes.ts';
import { settingsNotes, withGenerated } from './generated.ts';
import { lintNotice } from './lint.ts';
import { PROFILES, profileNotice } from './profiles/index.ts';
import { inWords, NoticeRefused, publishNotice } from './publish.ts';
import { withPurposeVersions } from './purpose-versions.ts';

/** What an owner sees of a site's notice in one language: what is in force, what is being written, and what it changes. */
export async function noticeDesk(ctx: Context, siteKey: string, locale: string): Promise<NoticeDesk> {
  const { read } = ctx.store;
  const site = await siteOf(ctx, siteKey);
  const draft = await read.noticeDraft(site.id, locale);
  const published = await read.noticesOf(site.id, locale);
  const [inForce = null] = published;
  const next = draft && nextDoc(draft.doc, site.settings, published);
  const changes = next ? changesBetween(inForce?.doc ?? null, next) : [];
  const asked = next ?? inForce?.doc;
  const stale = asked ? published.map(({ hash, doc }) => ({ noticeHash: hash, purposes: touchedPurposes(doc, asked) })) : [];
  return {
    site: { key: site.key, name: site.name },
    locale,
    profiles: PROFILES.map(({ id, name, locales }) => ({ id, name, locales })),
    inForce: inForce && { hash: inForce.hash, version: inForce.version, publishedAt: inForce.publishedAt, doc: inForce.doc },
    versions: published.map(({ hash, version, publishedAt }) => ({ hash, version, publishedAt })),
    draft: draft && next && { hash: noticeHash(next), doc: next, updatedAt: draft.updatedAt },
    findings: next ? lintNotice(next, site.settings).map((one) => ({ ...one, text: inWords(one) })) : [],
    changes,
    material: !!inForce && !!next && touchedPurposes(inForce.doc, next).length > 0,
    notes: inForce ? settingsNotes(inForce.doc, site.settings) : [],
    affected: await read.countConsentsUnder(stale),
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
      const published = await tx.noticesOf(site.id, doc.locale);
      const held = known && noticeHash(nextDoc(known.doc, site.settings, published));
      if (held !== base && held !== noticeHash(nextDoc(doc, site.settings, published))) throw new Refusal('conflict');
    }
    await tx.upsertNoticeDraft(row);
  });
  return noticeDesk(ctx, siteKey, doc.locale);
}

/**
 * Makes a ready-made text the draft, in the place of what was being written. Who answers for the chat stays as it is in
 * force; what nobody but the owner knows stands in brackets, and the linter asks for it.
 * @throws Refusal `invalid` where there is no such text.
 */
export async function adoptProfile(
  ctx: Context,
  siteKey: string,
  { profile, locale }: { profile: string; locale: string },
  agentId: string,
): Promise<NoticeDesk> {
  const site = await siteOf(ctx, siteKey);
  const inForce = await ctx.store.read.noticeInForce(site.id, locale);
  const doc = profileNotice(profile, locale, site.key, inForce?.doc ?? null);
  if (!doc) throw new Refusal('invalid', { fields: { profile: 'unknown' } });
  return saveDraft(ctx, siteKey, { doc }, agentId);
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
  actor: AuditActor,
): Promise<NoticeDesk> {
  const site = await siteOf(ctx, siteKey);
  const now = ctx.clock();
  await ctx.store
    .write(async (tx) => {
      const draft = await tx.noticeDraft(site.id, locale);
      if (!draft) throw new Refusal('not_found');
      const next = nextDoc(draft.doc, site.settings, await tx.noticesOf(site.id, locale));
      if (noticeHash(next) !== hash) throw new Refusal('conflict');
      await publishNotice(tx, site.id, next, now);
      await tx.deleteNoticeDraft(site.id, locale);
      await recordAct(tx, { actor, action: 'notice.published', object: hash }, now);
    })
    .catch((error: unknown) => {
      if (error instanceof NoticeRefused) throw new Refusal('invalid', { body: { findings: error.findings.map(inWords) } });
      throw error;
    });
  return noticeDesk(ctx, siteKey, locale);
}

async function siteOf(ctx: Context, key: string): Promise<SiteRow> {
  const site = await ctx.store.read.siteByKey(key);
  if (!site || hasEnded(site)) throw new Refusal('not_found');
  return site;
}

/** The draft as it would be published now: under its numbers, with the words that the present settings make. */
function nextDoc(doc: NoticeDoc, settings: SiteSettings, published: readonly NoticeRow[]): NoticeDoc {
  const next = plainDoc(withGenerated({ ...doc, version: (published[0]?.version ?? 0) + 1 }, settings));
  return withPurposeVersions(
    next,
    published.map((one) => one.doc),
  );
}
