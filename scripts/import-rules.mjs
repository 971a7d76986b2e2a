/**
 * The arrows of the architecture: widget → shared ← server, console → shared, and who alone may know a library.
 * `.oxlintrc.json` says the same to an editor; this is the check that follows paths and types exactly.
 */

const SHARED_PACKAGES = ['zod', 'canonicalize'];
const BROWSER_PACKAGES = ['preact', '@preact/signals', 'socket.io-client'];
const SOCKET_CLIENTS = ['widget/chat/connection.ts', 'console/connection.ts'];
const DRIVERS = { 'better-sqlite3': 'server/store/sqlite.ts', pg: 'server/store/postgres.ts' };
const EDGE_PACKAGES = ['express', 'socket.io', 'helmet', 'engine.io'];
const EDGE = /(^|\/)((.+-)?routes|(.+-)?handlers|http|realtime)\.ts$|^server\/(middleware|live)\//;
const ROUTES = /(^|\/)((.+-)?routes|(.+-)?handlers)\.ts$/;
const LEDGER_KNOWS = /^server\/(ledger|store|vault)\//;
const MOUNTS = /^server\/(http|realtime)\.ts$/;

/** @param {string} from */
function packageOf(from) {
  const parts = from.split('/');
  return from.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? from);
}

/**
 * What is wrong with one import, as its remedy; null when it may stand.
 * @param {string} file
 * @param {{ from: string, target: string | null, typeOnly: boolean, dynamic: boolean }} one
 * @param {Set<string>} schemas files of shared/ that bring zod along
 * @returns {string | null}
 */
export function importFault(file, one, schemas) {
  const home = file.split('/')[0] ?? '';
  const name = one.target === null ? packageOf(one.from) : null;
  if (home === 'shared') return sharedFault(one, name);
  if (home === 'widget' || home === 'console') return browserFault(file, home, one, name, schemas);
  if (home === 'server') return serverFault(file, one, name);
  return null;
}

function sharedFault(one, name) {
  if (one.target !== null) {
    return one.target.startsWith('shared/') ? null : 'shared knows no one: move what both sides need into shared/.';
  }
  return SHARED_PACKAGES.includes(name)
    ? null
    : 'shared is pure rules: zod and canonicalize only, no I/O, no DOM, no Node. Pass it in instead.';
}

function browserFault(file, home, one, name, schemas) {
  if (one.target !== null) {
    const to = one.target.split('/')[0];
    if (to !== home && to !== 'shared') return `${home} imports shared only. Move what is needed on both sides into shared/.`;
    if (schemas.has(one.target) && !one.typeOnly) {
      return 'This file runs zod, 22 KB in a browser. Use `import type`, or move the value into a zod-free file of shared/.';
    }
    return null;
  }
  if (name === 'socket.io-client' && !one.typeOnly && !SOCKET_CLIENTS.includes(file)) {
    return `Only ${SOCKET_CLIENTS.join(' and ')} know the socket. Call the connection instead.`;
  }
  return BROWSER_PACKAGES.includes(name)
    ? null
    : `${home} runs in a browser with a budget: ${BROWSER_PACKAGES.join(', ')} and shared only.`;
}

function serverFault(file, one, name) {
  if (one.target !== null) {
    if (/^(widget|console|test|scripts)\//.test(one.target))
      return 'The relay imports shared only. Move what both sides need into shared/.';
    if (file.startsWith('server/ledger/') && /^server\/\w+\//.test(one.target) && !LEDGER_KNOWS.test(one.target)) {
      return 'The ledger proves what others decide and knows store and vault alone. Pass in what it needs.';
    }
    if (ROUTES.test(one.target) && !one.typeOnly && !MOUNTS.test(file)) {
      return 'Routes and handlers are mounted by http.ts and realtime.ts. Another feature calls the rules file beside them.';
    }
    return null;
  }
  const opener = Object.hasOwn(DRIVERS, name) ? DRIVERS[name] : null;
  if (opener && file !== opener)
    return `Only ${opener} knows this driver. Ask the Store interface, or state a capability in the opener.`;
  if (EDGE_PACKAGES.includes(name) && !EDGE.test(file)) {
    return 'A rule knows neither request nor socket: do this in routes.ts, handlers.ts, http.ts, realtime.ts or middleware/, and pass in what the rule needs.';
  }
  return null;
}
