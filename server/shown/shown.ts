import type { FrameBoot } from '../../shared/api.ts';
import type { ConsentEvent } from '../../shared/consent.ts';
import { noticeHead } from '../../shared/notice.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { openEvent } from '../ledger/ledger.ts';
import { formNote } from '../sites/language.ts';
import { filledFrame, siteLook } from '../sites/loader.ts';
import type { NoticeRow, ReleaseRow } from '../store/rows.ts';
import { visitorKeys } from '../visitors/keys.ts';

/** The form that a visitor agreed in, from what is kept: the record, the notice behind its hash, and the build behind its. */
export interface ShownForm {
  event: ConsentEvent;
  notice: NoticeRow;
  siteName: string;
  /** The page that was in the frame, to be served where the build's files are. */
  page: string;
}

/**
 * Rebuilds the form as it stood before the visitor (PR-35, CNIL 2020-092 §48): the very words, in the very build that
 * drew them (PR-39), with the lines that only sometimes stand there as the record has them. The owner's colour is
 * today's; whether the browser asked for dark is nobody's to record.
 * @throws Refusal `not_found` when there is no such conversation, or its build was never archived.
 */
export async function shownForm(ctx: Context, conversationId: string): Promise<ShownForm> {
  const { read } = ctx.store;
  const conversation = await read.conversation(conversationId);
  const [first] = conversation ? await read.consentEventsOf(conversationId) : [];
  if (!conversation || !first) throw new Refusal('not_found');
  const { event } = openEvent(await visitorKeys(ctx, read, conversation.visitorId), first);
  const [notice, release, site] = await Promise.all([
    read.noticeByHash(event.notice_hash),
    read.release(event.ui_build_hash),
    read.siteById(conversation.siteId),
  ]);
  const frame = release?.files['frame.html'];
  const body = frame === undefined ? null : await read.releaseFile(frame);
  if (!notice || !release || !site || !body) throw new Refusal('not_found');
  const [presence, noted] = event.ui_variant.split('.');
  const boot: FrameBoot = {
    site: { key: site.key, name: site.name, look: siteLook(site) },
    notice: { hash: notice.hash, doc: noticeHead(notice.doc) },
    ...((noted === 'language' || noted === 'changed') && formNote(noted, notice)),
    online: presence === 'here',
    resume: null,
    chatModule: moduleOf(release, 'chat'),
    fullModule: moduleOf(release, 'full'),
    privacyModule: moduleOf(release, 'privacy'),
  };
  return { event, notice, siteName: site.name, page: filledFrame(Buffer.from(body).toString('utf8'), site, notice, boot) };
}

/** The address of a module of that build; its name carries a hash. */
function moduleOf({ files }: ReleaseRow, name: string): string {
  const found = Object.keys(files).find((file) => file.startsWith(`assets/${name}-`));
  return `/w/${found ?? `assets/${name}.js`}`;
}
