import { setTimeout as sleep } from 'node:timers/promises';
import type { PendingEntry } from './audit.ts';
import { appendPending } from './audit-chain.ts';
import { type Backend, type Execute, raw } from './backend.ts';
import { Queries } from './queries.ts';
import { MemberRunner } from './runner.ts';
import { StoreUnavailable, type Tx, type WriteOptions } from './store.ts';
import { SqlTx } from './writes.ts';

interface Work {
  run(tx: Tx): Promise<unknown>;
  independent: boolean;
}

interface Member {
  work: Work;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

interface Ran {
  outcome: Outcome;
  undo: boolean;
  /** What it leaves to the end of the transaction. */
  entries: readonly PendingEntry[];
}

type Outcome = { ok: true; value: unknown } | { ok: false; error: unknown };

/** The batch as a whole cannot stand: its members are told, or run again one by one. */
class BatchFailed extends Error {
  readonly fault: 'retry' | 'unavailable' | 'broken';

  constructor(fault: 'retry' | 'unavailable' | 'broken', cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.fault = fault;
  }
}

/** More than this in one transaction keeps the first of them waiting. */
const BATCH_MAX = 500;
/** How often one member runs again after a serialisation failure, and the longest pause before it, in milliseconds. */
const ATTEMPTS = 5;
const PAUSE = 40;
/** After a member had to be undone, batches are made with savepoints for so long, in milliseconds. */
const CAREFUL = 1000;
const SAVEPOINT = raw('savepoint member');
const ROLL_BACK = raw('rollback to savepoint member');
const RELEASE = raw('release savepoint member');

/**
 * Grouped commit: writes asked for in one turn of the event loop share a transaction and its fsync. A member that fails
 * is undone alone: the batch runs again with each under a savepoint, which costs too much to have where nearly none
 * fails. While a batch runs, the next one collects. There is no timer, so an idle relay commits at once.
 */
export class CommitQueue {
  readonly #backend: Backend;
  #waiting: Member[] = [];
  #flushing: Promise<void> | null = null;
  #refusal: string | null = null;
  #carefulUntil = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Why it takes no more, ever; null while it does. */
  get refusal(): string | null {
    return this.#refusal;
  }

  write<T>(run: (tx: Tx) => Promise<T>, { independent = false }: WriteOptions = {}): Promise<T> {
    if (this.#refusal !== null) return Promise.reject(new StoreUnavailable(this.#refusal));
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ work: { run, independent }, resolve: resolve as Member['resolve'], reject });
      this.#schedule();
    });
  }

  /** Refuses what comes from now on and resolves when everything accepted before was settled. */
  async close(): Promise<void> {
    this.#refusal ??= 'the store is closed';
    while (this.#flushing) await this.#flushing;
  }

  #schedule(): void {
    if (this.#flushing || this.#waiting.length === 0) return;
    this.#flushing = new Promise((done) => {
      setImmediate(() => {
        void this.#flush(this.#waiting.splice(0, BATCH_MAX)).finally(() => {
          this.#flushing = null;
          this.#schedule();
          done();
        });
      });
    });
  }

  async #flush(members: Member[]): Promise<void> {
    try {
      const outcomes = await this.#transact(members.map((member) => member.work));
      for (const [at, member] of members.entries()) settle(member, outcomes[at]);
    } catch (error) {
      if (error instanceof BatchFailed && error.fault === 'retry') await this.#oneByOne(members);
      else this.#refuse(members, error);
    }
  }

  async #oneByOne(members: Member[]): Promise<void> {
    for (const [at, member] of members.entries()) {
      try {
        settle(member, await this.#insist(member.work));
      } catch (error) {
        return this.#refuse(members.slice(at), error);
      }
    }
  }

  async #insist(work: Work): Promise<Outcome | undefined> {
    for (let attempt = 1; ; attempt++) {
      try {
        return (await this.#transact([work]))[0];
      } catch (error) {
        if (!(error instanceof BatchFailed) || error.fault !== 'retry' || attempt === ATTEMPTS) throw error;
        await sleep(Math.random() * PAUSE);
      }
    }
  }

  /** The database is not there: whoever waits behind this batch would only wait longer to hear the same. */
  #refuse(members: Member[], error: unknown): void {
    const broken = error instanceof BatchFailed && error.fault === 'broken';
    if (broken) this.#refusal = `the database failed to keep what it was given: ${error.message}`;
    const refusal = new StoreUnavailable(error instanceof Error ? error.message : String(error), { cause: error });
    for (const member of [...members, ...this.#waiting.splice(0)]) member.reject(refusal);
  }

  /** @throws BatchFailed when nothing of it was committed. */
  async #transact(works: Work[]): Promise<Outcome[]> {
    try {
      const connection = await this.#backend.connect();
      try {
        return await this.#onConnection(connection.execute, works);
      } finally {
        connection.release();
      }
    } catch (error) {
      throw this.#asBatchFailed(error);
    }
  }

  async #onConnection(execute: Execute, works: Work[]): Promise<Outcome[]> {
    const savepoints = works.length > 1 && performance.now() < this.#carefulUntil;
    const outcomes = await this.#attempt(execute, works, savepoints);
    if (outcomes) return outcomes;
    this.#carefulUntil = performance.now() + CAREFUL;
    return (await this.#attempt(execute, works, true)) ?? [];
  }

  /** Null when a member of several has to be undone and has no savepoint: then nothing of the batch was kept. */
  async #attempt(execute: Execute, works: Work[], savepoints: boolean): Promise<Outcome[] | null> {
    const { compiler, abilities } = this.#backend;
    const { begin } = abilities;
    await execute(raw(works.length > 1 ? begin.many : begin.one));
    try {
      const outcomes: Outcome[] = [];
      const pending: PendingEntry[] = [];
      // Those that may run side by side are begun at once, and all have ended before anything else is said.
      const beside = savepoints ? [] : works.map((work) => (work.independent ? this.#runMember(execute, work, false) : null));
      await Promise.allSettled(beside);
      for (const [at, work] of works.entries()) {
        const { outcome, undo, entries } = await (beside[at] ?? this.#runMember(execute, work, savepoints));
        if (undo && !savepoints && works.length > 1) {
          await execute(raw('rollback'));
          return null;
        }
        outcomes.push(outcome);
        if (outcome.ok) pending.push(...entries);
      }
      // Whatever else is locked was locked before: no two relays can wait for each other over the audit's head.
      if (pending.length > 0) await appendPending(new Queries(compiler, abilities, execute), pending);
      // After a lone member's failure there is nothing to keep; after a shared one the savepoint took it back.
      await execute(raw(outcomes.some((outcome) => outcome.ok) ? 'commit' : 'rollback'));
      return outcomes;
    } catch (error) {
      // SQLite may have rolled back on its own, and a lost connection has: either way nothing is left to undo.
      await execute(raw('rollback')).catch(() => undefined);
      throw error;
    }
  }

  /**
   * `undo` says that the member failed and left something behind.
   * @throws what spoils the whole batch; an error that is the member's own becomes its outcome.
   */
  async #runMember(execute: Execute, work: Work, savepoint: boolean): Promise<Ran> {
    const { compiler, abilities } = this.#backend;
    const runner = new MemberRunner(execute, abilities);
    const tx = new SqlTx(compiler, abilities, (query) => runner.run(query));
    if (savepoint) await execute(SAVEPOINT);
    let outcome: Outcome;
    try {
      outcome = { ok: true, value: await work.run(tx) };
    } catch (error) {
      outcome = { ok: false, error };
    }
    runner.end();
    if (runner.failure) {
      const fault = abilities.faultOf(runner.failure.cause);
      if (fault !== null && fault !== 'unique') throw new BatchFailed(fault, runner.failure.cause);
      // A failed statement fails its member, even one that looked away.
      if (outcome.ok) outcome = { ok: false, error: runner.failure.error };
    }
    const undo = !outcome.ok && (runner.wrote || runner.failure !== null);
    if (savepoint && undo) await execute(ROLL_BACK);
    if (savepoint) await execute(RELEASE);
    return { outcome, undo, entries: tx.pending };
  }

  #asBatchFailed(error: unknown): BatchFailed {
    if (error instanceof BatchFailed) return error;
    const fault = this.#backend.abilities.faultOf(error);
    return new BatchFailed(fault === 'retry' || fault === 'broken' ? fault : 'unavailable', error);
  }
}

function settle(member: Member, outcome: Outcome | undefined): void {
  if (outcome?.ok) member.resolve(outcome.value);
  else member.reject(outcome?.error ?? new StoreUnavailable('no outcome'));
}
