import { setTimeout as sleep } from 'node:timers/promises';
import { CompiledQuery, type Kysely } from 'kysely';
import type { Abilities } from './abilities.ts';
import { MemberRunner } from './runner.ts';
import { StoreUnavailable, type Tx } from './store.ts';
import type { Tables } from './tables.ts';
import { SqlTx } from './writes.ts';

type Work = (tx: Tx) => Promise<unknown>;

interface Member {
  work: Work;
  resolve(value: unknown): void;
  reject(error: unknown): void;
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

/**
 * Grouped commit: writes asked for in one turn of the event loop share a transaction and its fsync, each under a
 * savepoint. While a batch runs, the next one collects. There is no timer, so an idle relay commits at once.
 */
export class CommitQueue {
  readonly #db: Kysely<Tables>;
  readonly #compiler: Kysely<Tables>;
  readonly #abilities: Abilities;
  #waiting: Member[] = [];
  #flushing: Promise<void> | null = null;
  #refusal: string | null = null;

  /** `compiler` builds the queries (it keeps them), `db` gives the connection that writes. */
  constructor(db: Kysely<Tables>, compiler: Kysely<Tables>, abilities: Abilities) {
    this.#db = db;
    this.#compiler = compiler;
    this.#abilities = abilities;
  }

  write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    if (this.#refusal !== null) return Promise.reject(new StoreUnavailable(this.#refusal));
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ work, resolve: resolve as Member['resolve'], reject });
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
      return await this.#db.connection().execute((connection) => this.#onConnection(connection, works));
    } catch (error) {
      throw this.#asBatchFailed(error);
    }
  }

  async #onConnection(connection: Kysely<Tables>, works: Work[]): Promise<Outcome[]> {
    const run = (text: string) => connection.executeQuery(CompiledQuery.raw(text));
    const shared = works.length > 1;
    await run(shared ? this.#abilities.begin.many : this.#abilities.begin.one);
    try {
      const outcomes: Outcome[] = [];
      for (const work of works) outcomes.push(await this.#runMember(connection, work, shared ? run : null));
      // After a lone member's failure there is nothing to keep; after a shared one the savepoint took it back.
      await run(outcomes.some((outcome) => outcome.ok) ? 'commit' : 'rollback');
      return outcomes;
    } catch (error) {
      // SQLite may have rolled back on its own, and a lost connection has: either way nothing is left to undo.
      await run('rollback').catch(() => undefined);
      throw error;
    }
  }

  /** @throws what spoils the whole batch; an error that is the member's own becomes its outcome. */
  async #runMember(
    connection: Kysely<Tables>,
    work: Work,
    savepoint: ((text: string) => Promise<unknown>) | null,
  ): Promise<Outcome> {
    const runner = new MemberRunner(connection, this.#abilities);
    const tx = new SqlTx(this.#compiler, this.#abilities, runner);
    await savepoint?.('savepoint member');
    let outcome: Outcome;
    try {
      outcome = { ok: true, value: await work(tx) };
    } catch (error) {
      outcome = { ok: false, error };
    }
    runner.end();
    if (runner.failure) {
      const fault = this.#abilities.faultOf(runner.failure.cause);
      if (fault !== null && fault !== 'unique') throw new BatchFailed(fault, runner.failure.cause);
      // A failed statement fails its member, even one that looked away.
      if (outcome.ok) outcome = { ok: false, error: runner.failure.error };
    }
    if (!outcome.ok) await savepoint?.('rollback to savepoint member');
    await savepoint?.('release savepoint member');
    return outcome;
  }

  #asBatchFailed(error: unknown): BatchFailed {
    if (error instanceof BatchFailed) return error;
    const fault = this.#abilities.faultOf(error);
    return new BatchFailed(fault === 'retry' || fault === 'broken' ? fault : 'unavailable', error);
  }
}

function settle(member: Member, outcome: Outcome | undefined): void {
  if (outcome?.ok) member.resolve(outcome.value);
  else member.reject(outcome?.error ?? new StoreUnavailable('no outcome'));
}
