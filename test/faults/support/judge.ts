import { type Author, FAILED, type Fault, type FaultKind, type History, named, OK } from './history.ts';

/** A message as a reader has it. */
export interface Stored {
  id: string;
  seq: number;
  author: Author;
  body: string;
}

/** One conversation as one reader has it in the end: a client, or the store itself. */
export interface Read {
  reader: string;
  conversation: string;
  messages: Iterable<Stored>;
}

export interface Verdict {
  faults: Fault[];
  /** How the sends ended, and what the readers have. */
  sent: number;
  ok: number;
  failed: number;
  unknown: number;
  /** Of the unknown ones, those that are stored. */
  unknownStored: number;
  stored: number;
  reads: number;
}

/** Compares what was sent with what every reader has, one conversation of one reader after the other. */
export class Judge {
  readonly #history: History;
  readonly #faults: Fault[];
  /** By send: the seq it was read with, and the number of the read that had it last. */
  readonly #seq: Float64Array;
  readonly #readBy: Int32Array;
  /** By conversation: what its first reader had, which every other must have too. */
  readonly #first = new Map<number, { reader: string; ids: string[] }>();
  #reads = 0;
  #stored = 0;

  constructor(history: History) {
    this.#history = history;
    this.#faults = [...history.faults];
    this.#seq = new Float64Array(history.id.length);
    this.#readBy = new Int32Array(history.id.length);
  }

  read({ reader, conversation, messages }: Read): void {
    const room = this.#history.conversationAt(conversation);
    this.#reads += 1;
    const ids: string[] = [];
    const strangers = new Set<string>();
    let before = 0;
    for (const message of messages) {
      ids.push(message.id);
      if (message.seq !== before + 1) {
        const what = named(message.author, message.body, message.id);
        this.#fault('gap', `${reader} has ${what} as ${message.seq}, right after ${before}`);
      }
      before = message.seq;
      this.#take(reader, room, message, strangers);
    }
    const first = this.#first.get(room);
    if (first) this.#compare(first, { reader, ids });
    else {
      this.#first.set(room, { reader, ids });
      this.#stored += ids.length;
    }
  }

  verdict(): Verdict {
    const history = this.#history;
    const verdict: Verdict = {
      faults: this.#faults,
      sent: history.id.length,
      ok: 0,
      failed: 0,
      unknown: 0,
      unknownStored: 0,
      stored: this.#stored,
      reads: this.#reads,
    };
    for (const [conversation, room] of history.conversations) {
      if (!this.#first.has(room)) this.#fault('unread', `nobody read the conversation ${conversation}`);
    }
    for (let at = 0; at < history.id.length; at++) {
      const seq = this.#seq[at] ?? 0;
      if (history.state[at] === OK) verdict.ok += 1;
      else if (history.state[at] === FAILED) verdict.failed += 1;
      else {
        verdict.unknown += 1;
        if (seq > 0) verdict.unknownStored += 1;
      }
      this.#judge(at, seq);
    }
    return verdict;
  }

  #judge(at: number, seq: number): void {
    const history = this.#history;
    const acked = history.acked[at] ?? 0;
    const shown = history.shown[at] ?? 0;
    const floor = history.floor[at] ?? 0;
    if (history.state[at] === OK && seq === 0) {
      this.#fault('lost', `${history.name(at)} was acknowledged as ${acked}, and no reader has it`);
    } else if (history.state[at] === OK && seq !== acked) {
      this.#fault('moved', `${history.name(at)} was acknowledged as ${acked} and is read as ${seq}`);
    }
    if (history.state[at] === FAILED && seq > 0) this.#fault('refused', `${history.name(at)} was refused and is read as ${seq}`);
    if (shown > 0 && seq === 0) {
      this.#fault('phantom', `${history.name(at)} was shown to ${history.shownTo[at]} as ${shown}, and no reader has it`);
    } else if (shown > 0 && seq !== shown) {
      this.#fault('moved', `${history.name(at)} was shown to ${history.shownTo[at]} as ${shown} and is read as ${seq}`);
    }
    if (seq > 0 && seq <= floor) {
      this.#fault('overtaken', `${history.name(at)} is read as ${seq}, but ${floor} was acknowledged before it was sent`);
    }
  }

  #take(reader: string, room: number, { id, seq, author, body }: Stored, strangers: Set<string>): void {
    const history = this.#history;
    const at = history.ids.get(id);
    if (at === undefined || history.conversation[at] !== room) {
      const why = at === undefined ? 'which nobody sent' : 'which was sent in another conversation';
      this.#fault('foreign', `${reader} has ${named(author, body, id)}, ${why}`);
      if (strangers.has(id)) this.#fault('doubled', `${reader} has ${id} twice`);
      strangers.add(id);
      return;
    }
    if (this.#readBy[at] === this.#reads) this.#fault('doubled', `${reader} has ${history.name(at)} twice, the second as ${seq}`);
    if (history.author[at] !== author || history.body[at] !== body) {
      this.#fault('altered', `${reader} has ${history.name(at)} as ${named(author, body, id)}`);
    }
    this.#readBy[at] = this.#reads;
    this.#seq[at] = seq;
  }

  /** The seqs of both run from 1, or are faults already: then equal places are equal seqs. */
  #compare(one: { reader: string; ids: string[] }, other: { reader: string; ids: string[] }): void {
    if (one.ids.length !== other.ids.length) {
      const lacks = one.ids.length < other.ids.length ? one : other;
      const has = lacks === one ? other : one;
      const there = new Set(lacks.ids);
      const missing = has.ids.filter((id) => !there.has(id)).slice(0, 3);
      const names = missing.map((id) => this.#nameOf(id)).join(', ');
      this.#fault(
        'differs',
        `${lacks.reader} has ${lacks.ids.length} messages, ${has.reader} ${has.ids.length}; missing: ${names}`,
      );
      return;
    }
    const at = one.ids.findIndex((id, place) => id !== other.ids[place]);
    if (at === -1) return;
    const [a, b] = [one, other].map(({ reader, ids }) => `${reader} has ${this.#nameOf(ids[at] ?? '')}`);
    this.#fault('differs', `at ${at + 1} ${a}, ${b}`);
  }

  #nameOf(id: string): string {
    const at = this.#history.ids.get(id);
    return at === undefined ? id : this.#history.name(at);
  }
  #fault(kind: FaultKind, text: string): void {
    this.#faults.push({ kind, text });
  }
}

export function judge(history: History, reads: Iterable<Read>): Verdict {
  const judge = new Judge(history);
  for (const read of reads) judge.read(read);
  return judge.verdict();
}

/** A broken promise. The message lists what is wrong, the first few of each kind. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

const EACH = 5;

/** @throws Violation when the verdict has faults. Gives the verdict, whose counts say how much was proved. */
export function requireSound(verdict: Verdict, context = ''): Verdict {
  if (verdict.faults.length === 0) return verdict;
  const kinds = [...new Set(verdict.faults.map(({ kind }) => kind))];
  const lines = kinds.flatMap((kind) => {
    const those = verdict.faults.filter((fault) => fault.kind === kind);
    const rest = those.length - EACH;
    return [
      ...those.slice(0, EACH).map(({ text }) => `  ${kind}: ${text}`),
      ...(rest > 0 ? [`  ${kind}: and ${rest} more`] : []),
    ];
  });
  const { sent, ok, failed, unknown, stored } = verdict;
  const counts = `${sent} sent: ${ok} acknowledged, ${failed} refused, ${unknown} unknown; ${stored} stored`;
  throw new Violation(`${context}${context && ': '}${counts}\n${lines.join('\n')}`);
}
