import { closeSync, existsSync, fstatSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { SqliteDialect } from 'kysely';
import { makeFolder, syncToDisk } from '../durable-files.ts';
import type { Abilities, Fault } from './abilities.ts';
import { type Answer, type Apart, type Backend, createCompiler, type Execute, type Query } from './backend.ts';
import { CannotOpen } from './cannot-open.ts';

export interface SqliteTarget {
  kind: 'sqlite';
  file: string;
  /** True for a command that works beside a running relay: it does not take the file for itself. */
  beside?: boolean;
}

/** How long an opener, and a statement, waits for another process (a backup, a command line tool), in milliseconds. */
const OPEN_PATIENCE = 4000;
const PATIENCE = 3000;
/**
 * SQLite waits inside the call, and with it the whole relay: heartbeats, reads, and whoever asks meanwhile and would
 * then wait a second time. So it waits for a blink only, and the statement is tried again after this.
 */
const BLINK = 5;
const TRY_AGAIN = 25;
/** Prepared statements kept for each connection; the store has about a hundred texts. */
const STATEMENTS_MAX = 300;
/** A write-ahead log that a burst has blown up is cut back to this many bytes. */
const WAL_LIMIT = 64 * 1024 * 1024;

/** After an erasure a file up to this many bytes is written anew, which holds everybody up for a fraction of a second. */
const WRITTEN_ANEW = 32 * 1024 * 1024;
const PAGE = 4096;
/** Rows in one part of a copy. */
const STREAMED = 500;

/**
 * Opens the file, or makes it. One relay holds it at a time.
 * @throws CannotOpen when another relay holds it, it is no database, or the place cannot be written.
 */
export function openSqlite(target: SqliteTarget): Backend {
  const opened: { close(): void }[] = [];
  const closeAll = (): void => {
    for (const one of opened.splice(0).reverse()) one.close();
  };
  try {
    const file = prepareFile(target.file);
    if (!target.beside) {
      opened.push(takeForOneself(file));
      keepLeftLog(file);
      if (isCut(file)) throw new CannotOpen(damaged(target.file, 'cut off'));
    }
    const writer = new Database(file, { timeout: OPEN_PATIENCE });
    opened.push(writer);
    makeWriter(writer);
    const reader = new Database(file, { timeout: OPEN_PATIENCE });
    opened.push(reader);
    reader.pragma('query_only = ON');
    reader.pragma('cache_size = -32000');
    for (const one of [writer, reader]) one.pragma(`busy_timeout = ${BLINK}`);
    const execute = executing(writer);
    return {
      compiler: createCompiler(new SqliteDialect({ database: writer })),
      abilities: SQLITE,
      connect: async () => ({ execute, release: () => undefined }),
      read: executing(reader),
      apart: async () => apart(file),
      isShared: async () => false,
      scrub: () => scrub(file),
      release: async () => closeAll(),
    };
  } catch (error) {
    closeAll();
    throw explained(error, target.file);
  }
}

function makeWriter(database: Database.Database): void {
  database.pragma('journal_mode = WAL');
  // FULL: a commit that was acknowledged survives a power cut. secure_delete: what is erased is overwritten.
  database.pragma('synchronous = FULL');
  database.pragma('secure_delete = ON');
  database.pragma('foreign_keys = ON');
  // So that INSERT OR REPLACE meets the triggers that refuse a DELETE.
  database.pragma('recursive_triggers = ON');
  database.pragma(`journal_size_limit = ${WAL_LIMIT}`);
  // A page that many commits write is copied into the database once: fewer and larger checkpoints, 16 MB of log.
  database.pragma('wal_autocheckpoint = 4000');
  database.pragma('cache_size = -32000');
}

/** The log keeps a reader's moment for as long as it reads: writers go on, and the log grows meanwhile. */
function apart(file: string): Apart {
  const database = new Database(file, { timeout: OPEN_PATIENCE });
  makeWriter(database);
  return {
    execute: executing(database),
    async *stream({ sql, parameters }) {
      let part: unknown[][] = [];
      for (const row of database
        .prepare<unknown[], unknown[]>(sql)
        .raw()
        .iterate(...parameters)) {
        part.push(row);
        if (part.length < STREAMED) continue;
        yield part;
        part = [];
      }
      yield part;
    },
    release: async () => {
      database.close();
    },
  };
}

/** The path behind links, so that two names of one file meet in one lock; private to the relay's account. */
function prepareFile(file: string): string {
  makeFolder(dirname(file));
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
  return realpathSync(file);
}

/**
 * Holds an exclusive lock on a file beside the database for as long as the process lives. The kernel drops it when
 * the process dies, however it dies: no stale lock is ever left to a person to judge.
 */
function takeForOneself(file: string): { close(): void } {
  const lock = new Database(join(dirname(file), `${basename(file)}-lock`), { timeout: 0 });
  try {
    lock.pragma('journal_mode = MEMORY');
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if (codeOf(error).startsWith('SQLITE_BUSY')) {
      throw new CannotOpen(`Another relay has ${file} open: stop it first, or use PostgreSQL for several relays.`);
    }
    throw error;
  }
  return lock;
}

/**
 * A relay that was killed may have written commits and not synced them. They will be read as committed, and a repeat
 * of what is in them acknowledged without a write: they must be on the disk first.
 */
function keepLeftLog(file: string): void {
  const log = `${file}-wal`;
  if (!existsSync(log)) return;
  syncToDisk(log);
  syncToDisk(dirname(file));
}

/** Shorter than its own first page says, with no log or journal from which SQLite makes it whole. */
function isCut(file: string): boolean {
  const isLeft = (end: string): boolean => (statSync(`${file}${end}`, { throwIfNoEntry: false })?.size ?? 0) > 0;
  if (isLeft('-wal') || isLeft('-journal')) return false;
  const head = Buffer.alloc(32);
  const handle = openSync(file, 'r');
  try {
    if (readSync(handle, head, 0, 32, 0) < 32) return false;
    const page = head.readUInt16BE(16) === 1 ? 65_536 : head.readUInt16BE(16);
    return head.readUInt32BE(28) * page > fstatSync(handle).size;
  } finally {
    closeSync(handle);
  }
}

function damaged(file: string, how: string): string {
  return `${file} is damaged or no SQLite database (${how}): restore it from a backup. Move it out of the way, then run parley restore FOLDER.`;
}

/**
 * Keeps the statements it has prepared: preparing one costs as much as running it. Waits for another process without
 * holding up the relay.
 */
function executing(database: Database.Database): Execute {
  const statements = new Map<string, Database.Statement<unknown[]>>();
  const prepare = (sql: string): Database.Statement<unknown[]> => {
    const statement = database.prepare<unknown[]>(sql);
    const oldest = statements.keys().next();
    if (statements.size >= STATEMENTS_MAX && !oldest.done) statements.delete(oldest.value);
    statements.set(sql, statement);
    return statement;
  };
  const run = <Row>({ sql, parameters }: Query<Row>): Answer<Row> => {
    const statement = statements.get(sql) ?? prepare(sql);
    if (statement.reader) return { rows: statement.all(parameters) as Row[], changed: 0 };
    return { rows: [], changed: statement.run(parameters).changes };
  };
  return async (query) => {
    for (let giveUpAt = 0; ; ) {
      try {
        return run(query);
      } catch (error) {
        // In a transaction nothing is tried again.
        if (database.inTransaction || !codeOf(error).startsWith('SQLITE_BUSY')) throw error;
        giveUpAt ||= performance.now() + PATIENCE;
        if (performance.now() > giveUpAt) throw error;
      }
      await sleep(TRY_AGAIN);
    }
  };
}

/**
 * `secure_delete` overwrites what is deleted where it stands, but not the copies that stay behind when rows move from one
 * page to another: those go when the file is written anew. The log goes in either case.
 */
async function scrub(file: string): Promise<boolean> {
  const database = new Database(file, { timeout: BLINK });
  try {
    // A copy of the file belongs into no other place.
    database.pragma('temp_store = MEMORY');
    database.pragma('secure_delete = ON');
    database.pragma('synchronous = FULL');
    const isSmall = Number(database.pragma('page_count', { simple: true })) * PAGE <= WRITTEN_ANEW;
    return (!isSmall || (await insist(() => database.exec('vacuum')))) && (await insist(() => emptyLog(database)));
  } finally {
    database.close();
  }
}

function emptyLog(database: Database.Database): void {
  const [{ busy } = { busy: 1 }] = database.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
  if (busy !== 0) throw Object.assign(new Error('the log is in use'), { code: 'SQLITE_BUSY' });
}

/** False when it was in somebody's way for too long. */
async function insist(work: () => void): Promise<boolean> {
  for (const giveUpAt = performance.now() + PATIENCE; ; await sleep(TRY_AGAIN)) {
    try {
      work();
      return true;
    } catch (error) {
      if (!codeOf(error).startsWith('SQLITE_BUSY') && !codeOf(error).startsWith('SQLITE_LOCKED')) throw error;
      if (performance.now() > giveUpAt) return false;
    }
  }
}

const SQLITE: Abilities = {
  textType: 'text',
  integerType: 'integer',
  binaryType: 'blob',
  tableSuffix: 'strict',
  lockRow: false,
  begin: { one: 'begin immediate', many: 'begin immediate', snapshot: 'begin' },
  lockSchema: null,
  refuseChanges: (table, changes) =>
    // There is no TRUNCATE here, and DELETE without a condition still meets the trigger.
    changes
      .filter((change) => change !== 'truncate')
      .map(
        (change) => `create trigger ${table}_no_${change} before ${change} on ${table}
          begin select raise(abort, '${table} refuses ${change}'); end`,
      ),
  catalog: {
    columns: `select m.name as "table", c.name as "column", lower(c.type) = 'blob' as bytes
      from sqlite_schema m join pragma_table_info(m.name) c
      where m.type = 'table' and m.name not like 'sqlite_%' order by m.name, c.cid`,
    references: `select m.name as "table", f."table" as "to"
      from sqlite_schema m join pragma_foreign_key_list(m.name) f where m.type = 'table'`,
  },
  faultOf,
};

/** Codes after which SQLite may answer again, perhaps in a moment. */
const UNAVAILABLE = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN|READONLY|NOMEM|CORRUPT|NOTADB|PROTOCOL|INTERRUPT|PERM|AUTH|NOLFS)/;

function faultOf(error: unknown): Fault | null {
  const code = codeOf(error);
  if (code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY') return 'unique';
  // After a failed fsync the kernel forgets what it could not write, and the next fsync lies.
  if (code === 'SQLITE_IOERR_FSYNC' || code === 'SQLITE_IOERR_DIR_FSYNC') return 'broken';
  if (UNAVAILABLE.test(code)) return 'unavailable';
  return error instanceof TypeError && error.message.includes('database connection is not open') ? 'unavailable' : null;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** One line for the operator. */
function explained(error: unknown, file: string): unknown {
  if (error instanceof CannotOpen || !(error instanceof Error)) return error;
  const code = codeOf(error);
  if (code === 'ERR_DLOPEN_FAILED' || /bindings file|better_sqlite3\.node/.test(error.message)) {
    return new CannotOpen(
      'better-sqlite3 has no binary for this Node: install python3, make and g++, then run `npm rebuild better-sqlite3`.',
      { cause: error },
    );
  }
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    return new CannotOpen(damaged(file, code), { cause: error });
  }
  if (code.startsWith('SQLITE_FULL') || code.startsWith('SQLITE_IOERR') || code === 'ENOSPC') {
    return new CannotOpen(`${file} cannot be written (${code}): is the disk full or failing?`, { cause: error });
  }
  if (code.startsWith('SQLITE_') || code.startsWith('E')) {
    return new CannotOpen(`${file} cannot be opened (${code}): ${error.message}`, { cause: error });
  }
  return error;
}
