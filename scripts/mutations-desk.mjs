/**
 * What holds at the owner's desk, where notices are written and published: a part of mutations.mjs.
 *
 * @type {import('./mutations.mjs').Mutation[]}
 */
export const DESK_MUTATIONS = [
  {
    promise: 'No notice is published in a language without approved words (PR-09)',
    kept: 'the linter knows the languages that have some',
    file: 'server/notices/lint.ts',
    find: "if (!layer) return [{ rule: 'PR-09', key: 'locale.unknown', where: doc.locale }];",
    replace: 'if (!layer) return [];',
    project: 'unit',
    test: 'test/server/lint.test.ts',
    name: 'a language without approved words is refused',
  },
  {
    promise: 'What is published is what was previewed (PR-38)',
    kept: 'the owner publishes by the hash of the words that were seen',
    file: 'server/notices/drafts.ts',
    find: 'if (noticeHash(next) !== hash)',
    replace: "if (noticeHash(next) === '')",
    project: 'integration',
    test: 'test/relay/notice-desk.test.ts',
    name: 'publishes only the words that were previewed',
  },
  {
    promise: 'What two owners write at once is not lost',
    kept: 'a draft is saved over the one that was changed, and over no other',
    file: 'server/notices/drafts.ts',
    find: 'if (held !== base &&',
    replace: 'if (held === undefined &&',
    project: 'integration',
    test: 'test/relay/notice-desk.test.ts',
    name: 'keeps apart what two owners write at once',
  },
  {
    promise: 'What an owner types waits out a lost connection',
    kept: 'it is said again until the relay has it',
    file: 'console/models/notice-sheet.ts',
    find: 'wait(AGAIN);',
    replace: 'clearTimeout(timer);',
    project: 'component',
    test: 'test/console/notice-sheet.test.ts',
    name: 'keeps what was typed when the relay does not answer',
  },
  {
    promise: 'The desk offers nothing with an error in it for publication (PR-03)',
    kept: 'an error of the linter blocks it, with the way to the field',
    file: 'console/models/notice-sheet.ts',
    find: "level === 'error') ? 'errors' : null",
    replace: "level === 'error') ? null : null",
    project: 'component',
    test: 'test/console/notice-sheet.test.ts',
    name: 'is not published with an error in it',
  },
  {
    promise: 'An owner can change everything that a notice says (PR-03)',
    kept: 'each place of the document has its field',
    file: 'console/notices/sections.ts',
    find: "field('authority', 'field.authority'),",
    replace: '',
    project: 'component',
    test: 'test/console/notice-page.test.tsx',
    name: 'has a field for everything that a notice says',
  },
];
