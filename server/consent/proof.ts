import { z } from 'zod';
import { type NoticeDoc, noticeHash } from '../../shared/notice.ts';
import { type Receipt, receipt } from '../../shared/receipt.ts';
import { treeHead } from '../../shared/tree-head.ts';
import { Refusal } from '../errors.ts';
import type { NoticeRow, ReleaseRow } from '../store/rows.ts';
import { asTreeHead } from './heads.ts';
import { type Issuer, issueReceipts } from './receipt.ts';
import { publicKeyIn } from './signing.ts';
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
  /** The newest signed head of the ledger. */
  head: treeHead.nullable(),
});
export type Proof = z.infer<typeof proof>;

/** @throws Refusal `not_found` when there is no such conversation, or nothing was decided in it. */
export async function proofOf(ctx: Issuer, conversationId: string): Promise<Proof> {
  const { read } = ctx.store;
  const conversation = await read.conversation(conversationId);
  const receipts = conversation ? await issueReceipts(ctx, conversation, null) : [];
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
  const head = await read.newestTreeHead(conversation.siteId);
  return {
    schema: 'parley-proof/1',
    conversation_id: conversationId,
    made_at: new Date(ctx.clock()).toISOString(),
    receipts,
    notices: notices.map(({ hash, doc }) => ({ hash, doc })),
    builds: builds.map(({ build, files }) => ({ build, files })),
    keys: (await read.signingKeys()).map(({ kid, publicKey }) => ({ kid, publicKey })),
    head: head && asTreeHead(head),
  };
}

export type ProofFault =
  | 'no_proof' // not of this form
  | 'other_conversation' // an event of another
  | 'altered_notice' // a notice is not that of its hash
  | 'missing_notice' // the words of an event are not there
  | 'missing_build' // nor is what showed them
  | ReceiptFault;

/** Checks a proof by itself: null when all of it holds, else the first thing that does not. */
export function proofFault(value: unknown): ProofFault | null {
  const parsed = proof.safeParse(value);
  if (!parsed.success) return 'no_proof';
  const { receipts, notices, builds, conversation_id } = parsed.data;
  const keys = new Map(parsed.data.keys.map(({ kid, publicKey }) => [kid, publicKeyIn(publicKey)]));
  const altered = notices.some(({ hash, doc }) => noticeHash(doc) !== hash);
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
