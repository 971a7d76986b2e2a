/**
 * What a visitor may ask and have, each with the change that breaks it: a part of mutations.mjs.
 *
 * @type {import('./mutations.mjs').Mutation[]}
 */
export const RIGHTS_MUTATIONS = [
  {
    promise: 'To withdraw is two presses away (PR-45)',
    kept: 'the press that asks and the press that does, and nothing between',
    file: 'widget/privacy/index.tsx',
    find: '{open && required && (',
    replace: '{open && required && failed && (',
    project: 'e2e',
    test: 'test/e2e/road.test.ts',
    name: 'is withdrawn with no more clicks than it was granted',
  },
  {
    promise: 'What was given stays on record beside its withdrawal (PR-47)',
    kept: 'a withdrawal is an event of its own that names what it takes back',
    file: 'server/consent/decide.ts',
    find: "state: 'ConsentWithdrawn', control: input.control, action: input.action, prevRecordId: row.recordId };",
    replace: "state: 'ConsentWithdrawn', control: input.control, action: input.action, prevRecordId: null };",
    project: 'integration',
    test: 'test/relay/cookie.test.ts',
    name: 'names in each withdrawal what it takes back',
  },
  {
    promise: 'A receipt withdraws without cookie, session or account (PR-48)',
    kept: 'its link is all that is needed',
    file: 'server/consent/routes.ts',
    find: 'const conversation = await conversationOfLink(ctx, token);',
    replace:
      'await conversationOfLink(ctx, token);\n      const { conversation } = await requireHolder(ctx, null, readCookie(req, CHAT_COOKIE));',
    project: 'integration',
    test: 'test/relay/receipts.test.ts',
    name: 'withdraws later, on another device, without a cookie or an account',
  },
  {
    promise: 'A truncated address is stored truncated (PR-63)',
    kept: 'by the form that the owner chose',
    file: 'server/consent/evidence.ts',
    find: "if (mode === 'full') return plain;",
    replace: "if (mode === 'full' || plain.includes('.')) return plain;",
    project: 'unit',
    test: 'test/server/evidence.test.ts',
    name: '[PR-63] the address as it is stored',
  },
  {
    promise: 'An address is what the connection says (PR-65)',
    kept: 'headers count only through proxies that the operator named',
    file: 'server/http.ts',
    find: "app.set('trust proxy', ctx.config.trustProxy);",
    replace: "app.set('trust proxy', true);",
    project: 'integration',
    test: 'test/relay/evidence.test.ts',
    name: '[PR-65] an address in X-Forwarded-For',
  },
  {
    promise: 'Each look at an address is written down (PR-66)',
    kept: 'before it is given',
    file: 'server/consent/card.ts',
    find: "action: 'ip.reveal', object: conversationId",
    replace: "action: 'ip.reveal', object: agentId",
    project: 'integration',
    test: 'test/relay/roles.test.ts',
    name: '[PR-66] sees the consent beside the conversation',
  },
  {
    promise: 'What a visitor puts right is right for the agents too (PR-53)',
    kept: 'they are told when it is stored',
    file: 'server/privacy/rectify.ts',
    find: '  ctx.world.conversationChanged(conversation.id, requestId);\n',
    replace: '',
    project: 'integration',
    test: 'test/relay/rectify.test.ts',
    name: 'sees it, changes it, and the agents see the new at once',
  },
];
