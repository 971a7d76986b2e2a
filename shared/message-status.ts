/**
 * How far a message has come, in order: sending → sent → delivered → read; or failed.
 * Receipts arrive late and out of order, so a status never goes back.
 */
export type MessageStatus = 'failed' | 'sending' | 'sent' | 'delivered' | 'read';

export type MessageSignal = 'retry' | 'refused' | 'acked' | 'delivered' | 'read';

const RANK: Record<MessageStatus, number> = { failed: 0, sending: 0, sent: 1, delivered: 2, read: 3 };
const TARGET: Record<MessageSignal, MessageStatus> = {
  retry: 'sending',
  refused: 'failed',
  acked: 'sent',
  delivered: 'delivered',
  read: 'read',
};

/** Advances a status. Only an unacknowledged message can fail, and only a failed one is tried again. */
export function nextStatus(status: MessageStatus, signal: MessageSignal): MessageStatus {
  if (signal === 'refused') return status === 'sending' ? 'failed' : status;
  if (signal === 'retry') return status === 'failed' ? 'sending' : status;
  const target = TARGET[signal];
  return RANK[target] > RANK[status] ? target : status;
}

/** How far the other side has come in a conversation: the highest seq that reached it, and that was read. */
export interface Marks {
  deliveredSeq: number;
  readSeq: number;
}

/** The status of a stored message, from the other side's marks. */
export function statusFromMarks(seq: number, marks: Marks): MessageStatus {
  if (marks.readSeq >= seq) return 'read';
  return marks.deliveredSeq >= seq ? 'delivered' : 'sent';
}

/** Marks only rise. */
export function mergeMarks(known: Marks, news: Marks): Marks {
  return {
    deliveredSeq: Math.max(known.deliveredSeq, news.deliveredSeq, news.readSeq),
    readSeq: Math.max(known.readSeq, news.readSeq),
  };
}
