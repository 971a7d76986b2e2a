/**
 * A refusal that must not be lost, each way with the change that loses it: a part of mutations.mjs.
 *
 * @type {import('./mutations.mjs').Mutation[]}
 */
export const REFUSAL_MUTATIONS = [
  {
    promise: 'An update of Consent Mode leaves the refusal of another kind as it was (PR-32)',
    kept: 'each kind of storage is remembered by itself',
    file: 'widget/managers/consent-mode.ts',
    find: "if (command !== 'consent'",
    replace: "stands.clear();\n      if (command !== 'consent'",
    project: 'component',
    test: 'test/widget/managers.test.ts',
    name: 'a refusal, and then an update of the other alone',
  },
  {
    promise: 'The cookie is given up also after an Accept whose answer was lost (PR-46)',
    kept: 'what turns out to be given is taken back under a token of its own',
    file: 'widget/chat/decisions.ts',
    find: '(moves && !pending.nextSession)',
    replace: '(!moves && pending.nextSession !== null)',
    project: 'component',
    test: 'test/widget/decisions.test.ts',
    name: 'refused after an Accept whose answer was lost',
  },
  {
    promise: 'What takes back is taken, however often was decided (PR-46)',
    kept: 'the limit of events is for what gives',
    file: 'server/consent/decide.ts',
    find: 'recorded.length >= EVENTS_MAX && !takesBack',
    replace: 'recorded.length >= EVENTS_MAX && takesBack !== null',
    project: 'integration',
    test: 'test/relay/cookie.test.ts',
    name: 'can be taken back also when more was decided than is taken',
  },
  {
    promise: 'Nobody agrees any more to what the words in force say otherwise (PR-42)',
    kept: 'a grant under older words is held against those in force',
    file: 'server/consent/decide.ts',
    find: 'if (began && granted && newest',
    replace: 'if (!began && granted && newest',
    project: 'integration',
    test: 'test/relay/ask-again.test.ts',
    name: 'agrees to nothing any more that the new words say otherwise',
  },
];
