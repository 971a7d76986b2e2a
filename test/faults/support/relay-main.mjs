/**
 * The relay as it is built, in a process that kills itself where it is told to. JavaScript over `dist/`, because the
 * compiled relay starts in half the time and these processes are started by the hundred; no line of this is in server/.
 */
import Database from 'better-sqlite3';
import pg from 'pg';

const dist = new URL('../../../dist/server/', import.meta.url).href;
/** @param {string} file */
const load = (file) => import(dist + file);
const { readConfig } = await load('config.js');
const { storeTarget } = await load('context.js');
const { startRelay } = await load('index.js');
const { openStore } = await load('store/index.js');

/** Beyond it a process that was told to stop goes anyway, as the product's own command does. */
const EXIT_WITHIN = 9000;

/** Where to die, and how many times that place is passed before. */
let armed = { point: '', passes: 0 };
/** Was a message inserted in the transaction that is under way? */
let inserted = false;

/** Dies here, if it is told to. A signal to oneself is obeyed before the next line. @param {string} point */
function reach(point) {
  if (armed.point !== point || armed.passes-- > 0) return;
  process.kill(process.pid, 'SIGKILL');
}

/** Calls this before a COMMIT leaves for the database. @param {unknown} sql */
function beforeStatement(sql) {
  if (sql !== 'commit') return;
  if (inserted) reach('at-commit');
  inserted = false;
}
const prepare = Database.prototype.prepare;
Database.prototype.prepare = function (sql) {
  const statement = prepare.call(this, sql);
  if (sql !== 'commit') return statement;
  const run = statement.run.bind(statement);
  return Object.assign(statement, {
    run(...parameters) {
      beforeStatement(sql);
      return run(...parameters);
    },
  });
};
const query = pg.Client.prototype.query;
pg.Client.prototype.query = function (config, ...rest) {
  beforeStatement(typeof config === 'string' ? config : config?.text);
  return query.call(this, config, ...rest);
};

/** A store that passes the points before and after a commit of a message. @param {any} store */
function watched(store) {
  return {
    ...store,
    async write(work) {
      let message = false;
      const result = await store.write(async (tx) => {
        const seen = new Proxy(tx, {
          get(target, name) {
            const value = Reflect.get(target, name, target);
            if (typeof value !== 'function') return value;
            if (name === 'insertMessage') message = true;
            return value.bind(target);
          },
        });
        const done = await work(seen);
        if (message) {
          inserted = true;
          reach('work-done');
        }
        return done;
      });
      if (message) reach('committed');
      return result;
    },
  };
}

const given = readConfig(process.env);
const limits = Object.fromEntries(Object.entries(given.limits).map(([name, limit]) => [name, { ...limit, points: 1_000_000 }]));
const config = { ...given, limits };
const relay = await startRelay(config, { store: watched(await openStore(storeTarget(config))) });
const { world } = relay.ctx;
const tell = world.messageCreated;
world.messageCreated = (conversation, message) => {
  tell(conversation, message);
  reach('emitted');
};

process.on('message', (/** @type {{ point: string, passes: number }} */ told) => {
  armed = told;
  process.send?.({ armed: told.point });
});
// Whoever started this is gone: nobody would stop it.
process.on('disconnect', () => process.exit(0));
process.once('SIGTERM', () => {
  setTimeout(() => process.exit(1), EXIT_WITHIN).unref();
  relay.close().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
process.send?.({ ready: relay.port });
