import { inForce } from '../../shared/consent.ts';
import { durationMs } from '../../shared/durations.ts';
import { EXPORT_SCHEMA, type VisitorExport } from '../../shared/export.ts';
import type { AgentActor } from '../agents/sessions.ts';
import { recordAct } from '../audit/act.ts';
import { evidencePlace } from '../consent/evidence.ts';
import { presentMessages } from '../conversations/present.ts';
import { Refusal } from '../errors.ts';
import { openEvent } from '../ledger/ledger.ts';
import { noticePage } from '../notices/page.ts';
import { PAPER_STYLE } from '../notices/style.ts';
import { type Issuer, issueReceipts } from '../receipts/receipt.ts';
import { readWords } from '../requests/words.ts';
import { presentObjection } from '../restriction/object.ts';
import { openReason } from '../retention/holds.ts';
import type { AuditRow, ConsentEventRow, ConversationRow, MessageRow, NoticeRow, SiteRow, VisitorRow } from '../store/rows.ts';
import type { Reads } from '../store/store.ts';
import type { VisitorKeys } from '../vault/vault.ts';
import { openForm, visitorKeys } from '../visitors/keys.ts';
import { toldOfVisitor } from '../webhooks/told.ts';
import { aboutOf, isPortable } from './export-about.ts';
import { exportPage } from './export-page.ts';
import { type Subject, visitorOf } from './subject.ts';
import type { ArchiveFile } from './zip.ts';

const MESSAGES_AT_A_TIME = 500;

/** One visitor, with all that the rest is read by. */
interface Found {
  visitor: VisitorRow;
  site: SiteRow;
  keys: VisitorKeys;
  conversations: ConversationRow[];
  events: ConsentEventRow[];
  /** By hash, each that an event names. */
  notices: Map<string, NoticeRow>;
}

/**
 * Everything about one visitor, as the files of an archive: for machines, for reading, and what proves it (PR-49, PR-50).
 * That it was taken stands in the trail first, so the copy tells of itself (PR-81).
 * @throws Refusal `not_found` when there is no such visitor.
 */
export async function exportOf(ctx: Issuer, subject: Subject, by: 'visitor' | 'operator' | AgentActor): Promise<ArchiveFile[]> {
  const found = await find(ctx, subject);
  const at = ctx.clock();
  const actor = typeof by === 'string' ? { kind: by } : by;
  await ctx.store.write(async (tx) => {
    // No line may name somebody who was erased meanwhile.
    const isThere =
      'conversationId' in subject
        ? await tx.audit.holdConversation(subject.conversationId)
        : await tx.lockVisitor(subject.visitorId);
    if (!isThere) throw new Refusal('not_found');
    const object = 'conversationId' in subject ? subject.conversationId : subject.visitorId;
    await recordAct(tx, { actor, action: `export.${actor.kind}`, object }, at);
  });
  const data = await collect(ctx, found);
  const receipts = await Promise.all(
    // Without a token: who gets the archive from its owner can read what was agreed, and not take it back.
    found.conversations.map((conversation) => issueReceipts(ctx, conversation, null, { most: Number.POSITIVE_INFINITY })),
  );
  const style = `<style>\n${PAPER_STYLE}</style>`;
  return [
    { name: 'index.html', body: exportPage(data, style) },
    { name: 'export.json', body: asJson(data) },
    ...receipts.flat().map((one) => ({ name: receiptFile(one.receipt_id), body: asJson(one) })),
    ...data.about.flatMap(({ notice: { hash, file } }) => {
      const notice = found.notices.get(hash);
      return notice ? [{ name: file, body: noticePage(notice, found.site.name, style) }] : [];
    }),
  ];
}

const receiptFile = (actId: string): string => `receipts/${actId}.json`;
const asJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

async function find(ctx: Issuer, subject: Subject): Promise<Found> {
  const { read } = ctx.store;
  const visitor = await read.visitor(await visitorOf(read, subject));
  const site = visitor && (await read.siteById(visitor.siteId));
  if (!visitor || !site) throw new Refusal('not_found');
  const conversations = await read.conversationsOf(visitor.id);
  const events = (await Promise.all(conversations.map(({ id }) => read.consentEventsOf(id)))).flat();
  // Where nothing was asked, what was read is told all the same (GDPR Art. 15(1)).
  const begun = conversations.flatMap(({ noticeHash }) => noticeHash ?? []);
  const hashes = [...new Set([...events.map(({ noticeHash }) => noticeHash), ...begun])];
  const notices = (await Promise.all(hashes.map((hash) => read.noticeByHash(hash)))).filter((one) => one !== null);
  const keys = await visitorKeys(ctx, read, visitor.id);
  return { visitor, site, keys, conversations, events, notices: new Map(notices.map((one) => [one.hash, one])) };
}

async function collect(ctx: Issuer, found: Found): Promise<VisitorExport> {
  const { read } = ctx.store;
  const { visitor, site, keys, conversations, events, notices } = found;
  const firstNotice = notices.get(events[0]?.noticeHash ?? conversations[0]?.noticeHash ?? '');
  const portable = firstNotice !== undefined && isPortable(firstNotice);
  const sessions = (await Promise.all(conversations.map(({ id }) => read.sessionsOf(id)))).flat();
  const form = Object.entries(openForm(keys, visitor.id, visitor.formSealed)) as [string, string | null][];
  return {
    schema: EXPORT_SCHEMA,
    made: iso(ctx.clock()),
    subject: { pseudonym: visitor.id, since: iso(visitor.createdAt) },
    site: { id: site.id, key: site.key, name: site.name, relay: ctx.origin },
    about: [...notices.values()].map(aboutOf),
    form: form.flatMap(([field, value]) => (value === null ? [] : [{ field, value, portable }])),
    conversations: await Promise.all(conversations.map((one) => conversationOf(read, keys, one, portable))),
    consents: await consentsOf(read, found),
    evidence: await evidenceOf(read, found),
    sessions: sessions.map((one) => ({
      conversation_id: one.conversationId,
      scope: one.scope,
      cookie: one.persistent,
      began: iso(one.createdAt),
      until: iso(one.expiresAt),
      ended: isoOrNull(one.revokedAt),
      portable: false,
    })),
    receipt_links: (await read.receiptLinksOf(visitor.id)).map(({ conversationId, createdAt, expiresAt }) => {
      return { conversation_id: conversationId, made: iso(createdAt), until: iso(expiresAt), portable: false };
    }),
    restrictions: (await read.restrictions.of(visitor.id)).map(({ id, ground, askedBy, at, toldAt, toldBy, liftedAt }) => {
      const told = { told: isoOrNull(toldAt), told_by: toldBy, lifted: isoOrNull(liftedAt) };
      return { id, ground, asked_by: askedBy, since: iso(at), ...told, portable: false };
    }),
    objections: (await read.restrictions.objectionsOf(visitor.id)).map((row) => {
      const { id, purpose, at, state, reason, answer, decidedAt } = presentObjection(keys, row);
      const where = { conversation_id: row.conversationId, purpose, notice_hash: row.noticeHash, made: iso(at) };
      return { id, ...where, state, reason, answer, decided: isoOrNull(decidedAt), portable: false };
    }),
    told: (await toldOfVisitor(read, visitor.id)).map(({ event, recipient, at, state, confirmedAt }) => {
      return { event, recipient, time: iso(at), state, confirmed: isoOrNull(confirmedAt), portable: false };
    }),
    requests: await requestsOf(ctx, read, visitor.id),
    access: await accessOf(read, found),
  };
}

async function conversationOf(
  read: Reads,
  keys: VisitorKeys,
  row: ConversationRow,
  portable: boolean,
): Promise<VisitorExport['conversations'][number]> {
  const messages: MessageRow[] = [];
  for (let more = true; more; ) {
    const next = await read.messagesAfter(row.id, messages.at(-1)?.seq ?? 0, MESSAGES_AT_A_TIME);
    messages.push(...next);
    more = next.length === MESSAGES_AT_A_TIME;
  }
  const hold = await read.retention.hold(row.id);
  return {
    id: row.id,
    status: row.status,
    began: iso(row.createdAt),
    last_activity: iso(row.lastAt),
    last_number: row.lastSeq,
    waiting_since: isoOrNull(row.waitingSince),
    closed: isoOrNull(row.closedAt),
    closed_by: row.closedBy,
    withdrawn: isoOrNull(row.withdrawnAt),
    left: isoOrNull(row.leftAt),
    kept_until: isoOrNull(row.keptUntil),
    agreed_until: iso(row.consentUntil),
    visitor_marks: { delivered: row.visitorDeliveredSeq, read: row.visitorReadSeq },
    agent_marks: { delivered: row.agentDeliveredSeq, read: row.agentReadSeq },
    taken: row.assigneeId !== null,
    portable: false,
    messages: presentMessages(keys, messages).map(({ id, seq, author, at, body, erasedAt }) => {
      const erased = isoOrNull(erasedAt ?? null);
      return {
        id,
        number: seq,
        author,
        time: iso(at),
        text: erased === null ? body : '',
        erased,
        portable: portable && author === 'visitor',
      };
    }),
    kept: (await read.retention.dueOf(row.id)).map(({ kind, since, dueAt, held, doneAt }) => {
      return { kind, from: iso(since), looked_at: isoOrNull(dueAt), held: held === 1, gone: isoOrNull(doneAt), portable: false };
    }),
    hold: hold && { set: iso(hold.setAt), until: iso(hold.until), reason: openReason(keys, hold), portable: false },
  };
}

async function consentsOf(read: Reads, { keys, events, conversations }: Found): Promise<VisitorExport['consents']> {
  const dues = (await Promise.all(conversations.map(({ id }) => read.consentsDueOf(id)))).flat();
  return Promise.all(
    events.map(async (row) => {
      const { event, salt } = openEvent(keys, row);
      const entry = await read.ledgerEntry(row.siteId, row.seq);
      if (!entry) throw new Error('a consent event without its entry');
      const due = inForce(row.state) ? dues.find(({ recordId }) => recordId === row.recordId) : undefined;
      return {
        state: row.state,
        time: iso(row.at),
        runs_out: isoOrNull(due?.dueAt ?? null),
        event,
        salt: hex(salt),
        ledger: {
          site_id: entry.siteId,
          seq: entry.seq,
          prev_hash: entry.prevHash,
          kind: entry.kind,
          commitment: entry.commitment,
          time_bucket: entry.timeBucket,
          hash: entry.hash,
        },
        receipt: receiptFile(row.actId),
        // Kept because the law asks for a proof, not because somebody agreed to it.
        portable: false,
      };
    }),
  );
}

async function evidenceOf(read: Reads, { visitor, keys, events, notices }: Found): Promise<VisitorExport['evidence']> {
  return (await read.evidenceOf(visitor.id)).map((row) => {
    const notice = notices.get(events.find(({ actId }) => actId === row.actId)?.noticeHash ?? '');
    return {
      act_id: row.actId,
      kind: row.kind,
      value: keys.openText('evidence', evidencePlace(row.actId, row.kind, 'value'), row.valueSealed),
      salt: hex(keys.open('evidence', evidencePlace(row.actId, row.kind, 'salt'), row.saltSealed)),
      stored: iso(row.createdAt),
      until: notice ? iso(row.createdAt + durationMs(notice.doc.periods.ip)) : null,
      portable: false,
    };
  });
}

async function requestsOf(ctx: Issuer, read: Reads, visitorId: string): Promise<VisitorExport['requests']> {
  const rows = await read.requests.ofVisitor(visitorId);
  return Promise.all(
    rows.map(async ({ wordsSealed, ...row }) => {
      const words = await readWords(ctx, read, { requestId: row.id, wordsSealed });
      return {
        number: row.number,
        kind: row.kind,
        by: row.via,
        received: iso(row.receivedAt),
        acknowledged: isoOrNull(row.acknowledgedAt),
        due: row.answerDue,
        extended: isoOrNull(row.extendedAt),
        carried_out: isoOrNull(row.actedAt),
        answered: isoOrNull(row.answeredAt),
        outcome: row.outcome,
        ground: row.ground,
        contact: words?.contact ?? null,
        name: words?.name ?? null,
        text: words?.text ?? null,
        answer: words?.answer ?? null,
        portable: false,
      };
    }),
  );
}

/** What was done, by kind, with the count and the last time: no names, no single acts (PR-82). */
async function accessOf(read: Reads, { visitor, conversations }: Found): Promise<VisitorExport['access']> {
  const rows = (await Promise.all([visitor.id, ...conversations.map(({ id }) => id)].map((id) => read.audit.of(id)))).flat();
  const kinds = new Map<string, AuditRow[]>();
  for (const row of rows) {
    const kind = `${row.action} ${doneBy(row)}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), row]);
  }
  return [...kinds.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const last = iso(Math.max(...group.map(({ at }) => at)));
    return [{ kind: first.action, by: doneBy(first), times: group.length, last, portable: false }];
  });
}

/** Old lines do not say who it was, where it was no agent; the rest the relay did by itself. */
const DONE_BY: Record<string, VisitorExport['access'][number]['by']> = {
  'export.visitor': 'visitor',
  'export.operator': 'operator',
  'form.rectified': 'visitor',
  'visitor.restricted': 'visitor',
  'visitor.unrestricted': 'visitor',
  'processing.objected': 'visitor',
  'request.made': 'visitor',
};

function doneBy({ actor, agentId, action }: AuditRow): VisitorExport['access'][number]['by'] {
  return actor ?? (agentId === null ? (DONE_BY[action] ?? 'relay') : 'agent');
}
