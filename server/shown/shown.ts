import type { FrameBoot, ShownBoot } from '../../shared/api.ts';
import type { ConsentEvent } from '../../shared/consent.ts';
import { noticeHead } from '../../shared/notice.ts';
import type { RegisterRecord } from '../../shared/register.ts';
import { formActOf } from '../consent/form-act.ts';
import { newestByPurpose, statesOf } from '../consent/states.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { openEvent } from '../ledger/ledger.ts';
import { settingsInForce } from '../notices/generated.ts';
import { formNote } from '../sites/language.ts';
import { filledFrame, siteLook } from '../sites/loader.ts';
import type { ConsentEventRow, ConversationRow, NoticeRow, ReleaseRow, SiteRow } from '../store/rows.ts';
import { visitorKeys } from '../visitors/keys.ts';

/** What a visitor decided on, from what is kept: the record, the notice behind its hash, and the build behind its. */
export interface ShownScreen {
  event: ConsentEvent;
  conversationId: string;
  notice: NoticeRow;
  siteName: string;
  screen: 'form' | ShownBoot['screen'];
  /** The page that was before the visitor, to be served where the build's files are. */
  page: string;
}

/**
 * Rebuilds the form as it stood before the visitor (PR-35, CNIL 2020-092 §48): the very words, in the very build that
 * drew them (PR-39), with the lines that only sometimes stand there as the record has them. The owner's colour is
 * today's; whether the browser asked for dark is nobody's to record.
 * @throws Refusal `not_found` when there is no such conversation, or its build was never archived.
 */
export async function shownForm(ctx: Context, conversationId: string): Promise<ShownScreen> {
  const { read } = ctx.store;
  const conversation = await read.conversation(conversationId);
  const first = conversation && formActOf(conversation, await read.consentEventsOf(conversationId));
  if (!first) throw new Refusal('not_found');
  const kept = await keptOf(ctx, first, FORM_PAGE);
  const { event, notice } = kept;
  const [presence, noted] = event.ui_variant.split('.');
  return shown(kept, 'form', {
    ...bootOf(kept),
    ...((noted === 'language' || noted === 'changed') && formNote(noted, notice)),
    online: presence === 'here',
  });
}

/**
 * Rebuilds what a later act was done on: the question in the chat, what stood under Privacy, or the page of the receipts,
 * with each purpose as it stood before. The talk around it, and who was there, is no part of the record.
 * @throws Refusal `not_found` for no such act, one that no screen of Parley's was before, or a build that was not archived.
 */
export async function shownAct(ctx: Context, actId: string): Promise<ShownScreen> {
  const { read } = ctx.store;
  const [act] = await read.consentEventsOfAct(actId);
  if (!act) throw new Refusal('not_found');
  const kept = await keptOf(ctx, act, ACT_PAGE);
  const { event, notice, site, conversation } = kept;
  const screen = screenOf(event.control_id, notice);
  if (!screen) throw new Refusal('not_found');
  const rows = (await read.consentEventsOf(conversation.id)).filter(({ seq }) => seq < act.seq);
  const purpose = askedIn(event.control_id);
  const { afterWithdrawal } = settingsInForce(site.settings, notice.doc);
  return shown<ShownBoot>(kept, screen, {
    ...bootOf(kept),
    ...(afterWithdrawal !== 'locked' && { afterWithdrawal }),
    screen,
    purpose,
    gpc: event.signals?.gpc ?? false,
    ended: conversation.closedAt !== null && conversation.closedAt < act.at,
    consents: await statesOf(read, newestByPurpose(rows)),
  });
}

/** The pages of a release: that of the frame, and the one that draws what is not the form. */
const FORM_PAGE = 'frame.html';
const ACT_PAGE = 'shown.html';

/** On which screen of Parley's an act after the form was done; null for what no visitor did on one: a signal, an expiry. */
export function screenOf(control: string, { doc }: NoticeRow): ShownBoot['screen'] | null {
  const purpose = askedIn(control);
  // What the form asked is asked again under Privacy alone.
  const isBelow = control.startsWith('chat.') && doc.purposes.find(({ id }) => id === purpose)?.asked === 'chat';
  if (purpose !== null) return isBelow ? 'question' : 'panel';
  if (control === 'privacy.withdraw') return 'panel';
  return control === 'receipt.withdraw' ? 'receipt' : null;
}

/** Which purpose a control of the chat asked for. */
const askedIn = (control: string): string | null => /^(?:chat|panel)\.(.+)$/.exec(control)?.[1] ?? null;

/** Where an act of a visitor can be seen as it was shown to them, or why it cannot. */
export async function whereShown(
  ctx: Context,
  { actId, conversationId, noticeHash }: ConsentEventRow,
  { ui_build_hash: build, control_id: control }: ConsentEvent,
): Promise<Pick<RegisterRecord, 'shown' | 'notShown'>> {
  const { read } = ctx.store;
  const [release, notice, conversation, events] = await Promise.all([
    read.release(build),
    read.noticeByHash(noticeHash),
    read.conversation(conversationId),
    read.consentEventsOf(conversationId),
  ]);
  const isForm = conversation !== null && formActOf(conversation, events)?.actId === actId;
  if (!isForm && notice && !screenOf(control, notice)) return { shown: null, notShown: 'no_screen' };
  if (!release?.files[isForm ? FORM_PAGE : ACT_PAGE]) return { shown: null, notShown: 'not_kept' };
  return { shown: isForm ? `/shown/${conversationId}` : `/shown/act/${actId}`, notShown: null };
}

interface Kept {
  event: ConsentEvent;
  conversation: ConversationRow;
  notice: NoticeRow;
  site: SiteRow;
  release: ReleaseRow;
  /** The built page of that release, with nothing in it yet. */
  built: string;
}

/** @throws Refusal `not_found` */
async function keptOf(ctx: Context, row: ConsentEventRow, page: string): Promise<Kept> {
  const { read } = ctx.store;
  const conversation = await read.conversation(row.conversationId);
  if (!conversation) throw new Refusal('not_found');
  const { event } = openEvent(await visitorKeys(ctx, read, conversation.visitorId), row);
  const [notice, release, site] = await Promise.all([
    read.noticeByHash(event.notice_hash),
    read.release(event.ui_build_hash),
    read.siteById(conversation.siteId),
  ]);
  const file = release?.files[page];
  const body = file === undefined ? null : await read.releaseFile(file);
  if (!notice || !release || !site || !body) throw new Refusal('not_found');
  return { event, conversation, notice, site, release, built: Buffer.from(body).toString('utf8') };
}

function bootOf({ site, notice, release }: Kept): FrameBoot {
  return {
    site: { key: site.key, name: site.name, look: siteLook(site) },
    notice: { hash: notice.hash, doc: noticeHead(notice.doc) },
    online: false,
    resume: null,
    chatModule: moduleOf(release, 'chat'),
    fullModule: moduleOf(release, 'full'),
    privacyModule: moduleOf(release, 'privacy'),
  };
}

function shown<Boot extends FrameBoot>(
  { event, conversation, notice, site, built }: Kept,
  screen: ShownScreen['screen'],
  boot: Boot,
): ShownScreen {
  const page = filledFrame(built, site, notice, boot);
  return { event, conversationId: conversation.id, notice, siteName: site.name, screen, page };
}

/** The address of a module of that build; its name carries a hash. */
function moduleOf({ files }: ReleaseRow, name: string): string {
  const found = Object.keys(files).find((file) => file.startsWith(`assets/${name}-`));
  return `/w/${found ?? `assets/${name}.js`}`;
}
