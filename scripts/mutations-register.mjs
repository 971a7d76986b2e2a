// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are pieces of code, to be found and replaced.
/**
 * What the register and the erasing at the privacy desk rest on, each with the change that breaks it: a part of
 * mutations.mjs.
 *
 * @type {import('./mutations.mjs').Mutation[]}
 */
export const REGISTER_MUTATIONS = [
  {
    promise: 'The privacy desk is closed to agents (PR-79)',
    kept: 'each of its doors asks for the role',
    file: 'server/agents/sessions.ts',
    find: "  requireRole(ctx, token, ['owner', 'privacy']);",
    replace: '  requireRole(ctx, token, ROLES);',
    project: 'integration',
    test: 'test/relay/register.test.ts',
    name: 'is closed to agents, to pages of others and to nobody’s session',
  },
  {
    promise: 'An export of the register holds no formula',
    kept: 'a cell that begins as one gets an apostrophe',
    file: 'server/csv.ts',
    find: 'FORMULA.test(value) ?',
    replace: "FORMULA.test('') ?",
    project: 'unit',
    test: 'test/server/csv.test.ts',
    name: 'defuses the formula',
  },
  {
    promise: 'The register says which entry is at fault',
    kept: 'each event is held against its entry',
    file: 'server/ledger/verify.ts',
    find: '(await eventFault(reads, vault, keys, notices, entry, event));',
    replace: 'null;',
    project: 'integration',
    test: 'test/relay/register.test.ts',
    name: 'verifies one line and the whole chain, and names the entry at fault',
  },
  {
    promise: 'Each look into the register is written down (PR-81)',
    kept: 'before it is given',
    file: 'server/register/routes.ts',
    find: "    await recordLook(ctx, actor, 'register.viewed', conversationId);\n",
    replace: "    if (conversationId === '') await recordLook(ctx, actor, 'register.viewed', conversationId);\n",
    project: 'integration',
    test: 'test/relay/register.test.ts',
    name: 'opens a line with the screen that it was done on, and writes down who looked',
  },
  {
    promise: 'Erasing by filter takes nobody who was not counted (PR-54)',
    kept: 'more than were counted are refused',
    file: 'server/privacy/erase-many.ts',
    find: '.visitors > expected)',
    replace: '.visitors > expected + 1)',
    project: 'integration',
    test: 'test/relay/erase-many.test.ts',
    name: 'does not take whoever came after the count, and stops where more fit than were counted',
  },
  {
    promise: 'Nor anybody of whom one conversation does not fit (PR-54)',
    kept: 'all conversations of a visitor are asked',
    file: 'server/store/erasable.ts',
    find: "'=', 0);",
    replace: "'<', sql<number>`count(*)`);",
    project: 'integration',
    test: 'test/relay/erase-many.test.ts',
    name: 'keeps a visitor of whose conversations one does not fit',
  },
  {
    promise: 'Erasing one conversation leaves the visitor’s others (PR-54)',
    kept: 'its rows are found by the conversation alone',
    file: 'server/store/subject.ts',
    find: "    case 'conversation':\n      return sql<boolean>`id = ${id}`;",
    replace:
      "    case 'conversation':\n      return sql<boolean>`visitor_id = (select visitor_id from conversation where id = ${id})`;",
    project: 'integration',
    test: 'test/relay/erase-many.test.ts',
    name: 'takes its rows, records and evidence, leaves the other whole, and its entries verify',
  },
  {
    promise: 'At the desk nobody is erased by a slip (PR-54)',
    kept: 'their number is typed first',
    file: 'console/privacy/erasure/Many.tsx',
    find: 'if (!isReady || done !== null) return;',
    replace: 'if (done !== null) return;',
    project: 'e2e',
    test: 'test/e2e/privacy-desk.test.ts',
    name: 'erases all who fit only once their number was typed',
  },
];
