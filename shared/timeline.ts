/** What the timeline needs of a message: its final id, and its place once the relay has given one. */
export interface Placed {
  id: string;
  /** Position in the conversation from 1; null until the relay has acknowledged the message. */
  seq: number | null;
}

/**
 * Puts one message into a list that is ordered by seq, with unacknowledged messages last in the order
 * they were written. The same id never stands twice: an echo replaces the draft, a repeat changes nothing.
 */
export function mergeMessage<M extends Placed>(list: readonly M[], message: M): M[] {
  const known = list.find((one) => one.id === message.id);
  if (known && known.seq !== null && message.seq === null) return [...list];
  if (known && known.seq === message.seq) return list.map((one) => (one === known ? message : one));
  const rest = known ? list.filter((one) => one !== known) : list;
  const place =
    message.seq === null ? rest.length : rest.findIndex((one) => one.seq === null || one.seq > (message.seq as number));
  const at = place === -1 ? rest.length : place;
  return [...rest.slice(0, at), message, ...rest.slice(at)];
}

export function mergeMessages<M extends Placed>(list: readonly M[], news: readonly M[]): M[] {
  return news.reduce<M[]>((merged, message) => mergeMessage(merged, message), [...list]);
}

/** The highest seq up to which nothing is missing: the cursor for `conversation:sync`. */
export function contiguousSeq(list: readonly Placed[], from = 0): number {
  let upTo = from;
  for (const { seq } of list) {
    if (seq === null || seq > upTo + 1) break;
    upTo = Math.max(upTo, seq);
  }
  return upTo;
}
