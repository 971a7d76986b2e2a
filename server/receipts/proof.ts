import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { type NoticeDoc, noticeHash } from '../../shared/notice.ts';
import { type Receipt, receipt } from '../../shared/receipt.ts';
import { Refusal } from '../errors.ts';
import { keyId, publicKeyIn } from '../ledger/signing.ts';
import type { NoticeRow, ReleaseRow } from '../store/rows.ts';
import { type Issuer, issueReceipts } from './receipt.ts';
import { type ReceiptFault, receiptFault } from './verify-receipt.ts';

/**
 * All that proves what was agreed in one conversation (PR-35; EDPB 05/2020 para 108): who and when and how in the signed
 * events, what in their purposes, granted and denied, and which words as the notices themselves. Nothing of the relay is
 * needed to check it.
 */
const proof = z.object({
  schema: z.literal('parley-proof/1'),
  conversation_id: z.string(),
  made_at: z.string(),
  receipts: z.array(receipt).min(1),
  /** Each notice that an event names, whole. */
  notices: z.array(
    z.object({ hash: z.string(), doc: z.custom<NoticeDoc>((value) => typeof value === 'object' && value !== null) }),
  ),
  /** Each build of the widget that asked, with the names of its files in the archive. */
  builds: z.array(z.object({ build: z.string(), files: z.record(z.string(), z.string()) })),
  keys: z.array(z.object({ kid: z.string(), publicKey: z.string() })),
});
export type Proof = z.infer<typeof proof>;

/** @throws Refusal `not_found` when there is no such conversation, or nothing was decided in it. */
export async function proofOf(ctx: Issuer, conversationId: string): Promise<Proof> {
  const { read } = ctx.store;
  const conversation = await read.conversation(conversationId);
  const receipts = conversation ? await issueReceipts(ctx, conversation, null, { entriesMax: Number.POSITIVE_INFINITY }) : [];
  if (!conversation || receipts.length === 0) throw new Refusal('not_found');
  const events = receipts.flatMap(({ records }) => records.map(({ event }) => event));
  const each = async <Row>(names: string[], find: (name: string) => Promise<Row | null>): Promise<Row[]> => {
    const found = await Promise.all([...new Set(names)].map(find));
    return found.filter((one): one is Awaited<Row> & {} => one !== null);
  };
  const notices: NoticeRow[] = await each(
    events.map((event) => event.notice_hash),
    (hash) => read.noticeByHash(hash),
  );
  const builds: ReleaseRow[] = await each(
    events.map((event) => event.ui_build_hash),
    (build) => read.release(build),
  );
  return {
    schema: 'parley-proof/1',
    conversation_id: conversationId,
    made_at: new Date(ctx.clock()).toISOString(),
    receipts,
    notices: notices.map(({ hash, doc }) => ({ hash, doc })),
    builds: builds.map(({ build, files }) => ({ build, files })),
    keys: (await read.signingKeys()).map(({ kid, publicKey }) => ({ kid, publicKey })),
  };
}

export type ProofFault =
  | 'no_proof' // not of this form
  | 'forged_key' // a key that is not that of its id
  | 'other_conversation' // an event of another
  | 'altered_notice' // a notice is not that of its hash
  | 'missing_notice' // the words of an event are not there
  | 'missing_build' // nor is what showed them
  | ReceiptFault;

/**
 * Checks a proof by itself: null when all of it holds, else the first thing that does not. Against `published` keys where
 * they are given; else by those that it brings along, whose ids are recomputed: an id that is compared with a published
 * one stands for that very key.
 */
export function proofFault(value: unknown, published?: ReadonlyMap<string, KeyObject>): ProofFault | null {
  const parsed = proof.safeParse(value);
  if (!parsed.success) return 'no_proof';
  const { receipts, notices, builds, conversation_id } = parsed.data;
  const keys = published ?? ownKeys(parsed.data);
  if (keys === null) return 'forged_key';
  const altered = notices.some(({ hash, doc }) => hashOrNull(doc) !== hash);
  if (altered) return 'altered_notice';
  for (const one of receipts) {
    const fault = receiptFault(one, keys) ?? recordsFault(one);
    if (fault) return fault;
  }
  return null;

  function recordsFault({ records }: Receipt): ProofFault | null {
    for (const { event } of records) {
      if (event.conversation_id !== conversation_id) return 'other_conversation';
      if (!notices.some(({ hash }) => hash === event.notice_hash)) return 'missing_notice';
      if (!builds.some(({ build }) => build === event.ui_build_hash)) return 'missing_build';
    }
    return null;
  }
}

/** Null when a key is none, or is not that of its id. */
function ownKeys({ keys }: Proof): Map<string, KeyObject> | null {
  try {
    const own = new Map(keys.map(({ kid, publicKey }) => [kid, publicKeyIn(publicKey)]));
    return [...own].every(([kid, key]) => keyId(key) === kid) ? own : null;
  } catch {
    return null;
  }
}

/** What is no notice has no hash. */
function hashOrNull(doc: NoticeDoc): string | null {
  try {
    return noticeHash(doc);
  } catch {
    return null;
  }
}
