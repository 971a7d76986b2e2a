/**
 * What was asked of the relay and what came of it, in the manner of Jepsen: every send is invoked, and then
 * acknowledged with a seq (ok), refused for good (fail), or nobody knows (info). At the end everything is healed, every
 * reader reads, and judge.ts compares. Pure: no clock, no network, no store.
 */

export type Author = 'visitor' | 'agent';

export interface Sent {
  id: string;
  conversation: string;
  author: Author;
  body: string;
}

export type FaultKind =
  | 'lost' // acknowledged, and no reader has it
  | 'doubled' // one id twice
  | 'gap' // seqs do not run 1, 2, 3 …
  | 'moved' // acknowledged, or shown, under another seq than it is read with
  | 'differs' // two readers have not the same
  | 'foreign' // nobody sent this, or not here
  | 'altered' // another author or text than was sent
  | 'refused' // refused for good, and there all the same
  | 'phantom' // shown to somebody, and stored nowhere
  | 'overtaken' // stands before a message that was acknowledged before it was sent
  | 'contradicted' // acknowledged and refused
  | 'unread'; // nobody read the conversation: the run proves nothing

export interface Fault {
  kind: FaultKind;
  text: string;
}

export const UNKNOWN = 0;
export const OK = 1;
export const FAILED = 2;

/**
 * The log of one run. One column per field, so that hundreds of thousands of sends cost little: a load run may feed
 * it afterwards, `invoke` for each send in the order they were sent and `ok` for each that was acknowledged.
 */
export class History {
  readonly ids = new Map<string, number>();
  readonly conversations = new Map<string, number>();
  readonly id: string[] = [];
  readonly conversation: number[] = [];
  readonly author: Author[] = [];
  readonly body: string[] = [];
  readonly state: number[] = [];
  /** The seq that it was acknowledged with; 0 for none. */
  readonly acked: number[] = [];
  /** The seq that it was shown with first, and to whom. */
  readonly shown: number[] = [];
  readonly shownTo: string[] = [];
  /** The highest seq of its conversation that was acknowledged when it was sent: its own must be higher. */
  readonly floor: number[] = [];
  readonly faults: Fault[] = [];
  readonly #highest: number[] = [];

  /** Logged before the first byte leaves. The same id again is the same send. */
  invoke({ id, conversation, author, body }: Sent): void {
    if (this.ids.has(id)) return;
    const at = this.id.length;
    const room = this.conversationAt(conversation);
    this.ids.set(id, at);
    this.id.push(id);
    this.conversation.push(room);
    this.author.push(author);
    this.body.push(body);
    this.state.push(UNKNOWN);
    this.acked.push(0);
    this.shown.push(0);
    this.shownTo.push('');
    this.floor.push(this.#highest[room] ?? 0);
  }

  /** The sender was told that it is stored, as this seq. */
  ok(id: string, seq: number): void {
    const at = this.#known(id, 'acknowledged');
    if (at === null) return;
    if (this.state[at] === OK && this.acked[at] !== seq) {
      this.#fault('moved', `${this.name(at)} was acknowledged as ${this.acked[at]} and then as ${seq}`);
    }
    this.state[at] = OK;
    this.acked[at] = seq;
    const room = this.conversation[at] ?? 0;
    this.#highest[room] = Math.max(this.#highest[room] ?? 0, seq);
  }

  /** Refused for good: nothing of it may be stored. A refusal that only asks for patience is no such thing. */
  fail(id: string, code: string): void {
    const at = this.#known(id, `refused (${code})`);
    if (at === null) return;
    if (this.state[at] === OK) this.#fault('contradicted', `${this.name(at)} was acknowledged and then refused (${code})`);
    else this.state[at] = FAILED;
  }

  /** Nobody knows any more: after a refusal the same id was sent again. */
  info(id: string): void {
    const at = this.#known(id, 'sent again');
    if (at !== null && this.state[at] === FAILED) this.state[at] = UNKNOWN;
  }

  /** A reader was shown it before the end: then it must be stored in the end, under that seq. */
  saw(reader: string, id: string, seq: number): void {
    const at = this.#known(id, `shown to ${reader}`);
    if (at === null) return;
    if (this.shown[at] === 0) {
      this.shown[at] = seq;
      this.shownTo[at] = reader;
    } else if (this.shown[at] !== seq) {
      this.#fault('moved', `${this.name(at)} was shown to ${this.shownTo[at]} as ${this.shown[at]}, to ${reader} as ${seq}`);
    }
  }

  conversationAt(conversation: string): number {
    const known = this.conversations.get(conversation);
    if (known !== undefined) return known;
    this.conversations.set(conversation, this.conversations.size);
    return this.conversations.size - 1;
  }
  /** What people call a send: its text, and its id. */
  name(at: number): string {
    return named(this.author[at], this.body[at] ?? '', this.id[at] ?? '');
  }

  #known(id: string, what: string): number | null {
    const at = this.ids.get(id);
    if (at === undefined) this.#fault('foreign', `${id} was ${what}, and nobody had sent it`);
    return at ?? null;
  }
  #fault(kind: FaultKind, text: string): void {
    this.faults.push({ kind, text });
  }
}

export function named(author: Author | undefined, body: string, id: string): string {
  return `"${body.length > 40 ? `${body.slice(0, 40)}…` : body}" of the ${author} (${id})`;
}
