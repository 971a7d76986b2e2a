/**
 * What secrets rest on, those that addresses are counted under among them, each with the change that breaks it: a part of
 * mutations.mjs.
 *
 * @type {import('./mutations.mjs').Mutation[]}
 */
export const LIMITS_MUTATIONS = [
  {
    promise: 'One address is another number on the next day (PR-64)',
    kept: 'its secret is made anew when it is a day old',
    file: 'server/rate-limits.ts',
    find: 'secret = newSecret();\n      madeAt = now;',
    replace: 'madeAt = now;',
    project: 'unit',
    test: 'test/server/rate-limits.test.ts',
    name: 'is the same within a day, and on two days nothing that links the one to the other',
  },
  {
    promise: 'An address that is counted cannot be guessed back (PR-64)',
    kept: 'it is an HMAC under a secret, never a plain hash',
    file: 'server/rate-limits.ts',
    find: "import { createHmac, randomBytes } from 'node:crypto';",
    replace: "import { createHash, randomBytes } from 'node:crypto';",
    also: { find: "createHmac('sha256', secret)", replace: "createHash('sha256')" },
    project: 'unit',
    test: 'test/server/rate-limits.test.ts',
    name: 'is found by no dictionary of IPv4 addresses',
  },
  {
    promise: 'No other hash of an address is in the relay (PR-64)',
    kept: 'its sources are scanned for one',
    file: 'server/middleware/guards.ts',
    find: "return (req.ip ?? '').replace(",
    replace: "return createHash('sha256').update(req.ip ?? '').digest('hex').replace(",
    also: { find: 'import ', replace: "import { createHash } from 'node:crypto';\nimport " },
    project: 'unit',
    test: 'test/server/rate-limits.test.ts',
    name: 'finds no hash of an address but the one under the secret of the day',
  },
  {
    promise: 'No key and no token is in the repository (PR-71)',
    kept: 'every file of it is looked through',
    file: 'server/vault/master-key.ts',
    find: 'const LENGTH = 32;',
    // In pieces, or the scan would find it here too.
    replace: ["const LENGTH = 32;\nexport const SPARE_KEY = '9f86d081884c7d65", "9a2feaa0c55ad015';"].join(''),
    project: 'unit',
    test: 'test/server/secret-scan.test.ts',
    name: 'holds no private key, and no token',
  },
];
