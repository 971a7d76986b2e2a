import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../shared/ids.ts';
import { connectAgent, type TestAgent } from '../support/agent.ts';
import { askAsAgent, askAsVisitor, emitRaw, type VisitorSocket } from '../support/sockets.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { takeStock } from '../support/unharmed.ts';
import { startVisitor, type TestVisitor } from '../support/visitor.ts';

/** Bad input in commands: a stable code, no row, no crash, and nobody else sees it. */
let relay: TestRelay;
let agent: TestAgent;
let visitor: TestVisitor;
let socket: VisitorSocket;
let expectUnharmed: () => Promise<void>;

beforeAll(async () => {
  relay = await startTestRelay();
  agent = await connectAgent(relay);
  visitor = await startVisitor(relay);
  socket = await visitor.connect();
});
beforeEach(() => {
  expectUnharmed = takeStock(relay);
});
afterAll(async () => {
  socket?.close();
  agent?.socket.close();
  await relay?.close();
});

describe('a command', () => {
  const payloads: [string, unknown[]][] = [
    ['nothing', []],
    ['null', [null]],
    ['undefined', [undefined]],
    ['a text', ['text']],
    ['a number', [7]],
    ['a list', [[]]],
    ['an empty object', [{}]],
    ['bytes', [Buffer.from('bytes')]],
    ['bytes in a field', [{ id: Buffer.from('x'), body: Buffer.from('y') }]],
    ['a forged placeholder', [{ _placeholder: true, num: 0 }]],
    ['a prototype', [JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')]],
    ['ten more arguments', [{}, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
    ['ten thousand levels', [JSON.parse(`${'['.repeat(3000)}${']'.repeat(3000)}`)]],
  ];
  const names = [
    'message:send',
    'message:mark',
    'conversation:sync',
    'typing:set',
    'conversation:open',
    'inbox:list',
    'ip:reveal',
    'presence:set',
  ];

  it.each(payloads)('with %s is refused, whatever its name', async (_, args) => {
    for (const name of names) {
      expect(await emitRaw(socket, name, ...args)).toEqual({ ok: false, error: 'invalid' });
      expect(await emitRaw(agent.socket, name, ...args)).toEqual({ ok: false, error: 'invalid' });
    }
    await expectUnharmed();
  });

  it.each([
    '',
    ' ',
    'nothing',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'message:created',
    'newListenerX',
    'a'.repeat(10_000),
  ])('called %j is none', async (name) => {
    expect(await emitRaw(socket, name, {})).toEqual({ ok: false, error: 'invalid' });
    expect(await emitRaw(agent.socket, name, {})).toEqual({ ok: false, error: 'invalid' });
    await expectUnharmed();
  });

  it('without an acknowledgement, or with one in the wrong place, harms nobody', async () => {
    const loose = socket as unknown as { emit(...args: unknown[]): void };
    loose.emit('message:send', { id: newId(), body: 'No callback, so it is not taken' });
    loose.emit('message:send');
    loose.emit('typing:set', () => undefined, { typing: true });
    loose.emit(
      'typing:set',
      { typing: true },
      () => undefined,
      () => undefined,
    );
    expect((await askAsVisitor(socket, 'typing:set', { typing: false })).ok).toBe(true);
    await expectUnharmed();
  });

  const texts: [string, unknown][] = [
    ['empty', ''],
    ['only spaces', '   '],
    ['only U+200B', '\u200b\u200b'],
    ['only U+2060', '\u2060'],
    ['4,001 characters', 'a'.repeat(4001)],
    ['NUL', 'a\u0000b'],
    ['a C1 control', 'a\u0085b'],
    ['a lone surrogate', 'a\ud83d'],
    ['a number', 7],
    ['an object', { $ne: null }],
  ];
  it.each(texts)('with a text that is %s stores nothing, from either side', async (_, body) => {
    const { conversationId } = visitor;
    expect(await emitRaw(socket, 'message:send', { id: newId(), body })).toEqual({ ok: false, error: 'invalid' });
    expect(await emitRaw(agent.socket, 'message:send', { conversationId, id: newId(), body })).toEqual({
      ok: false,
      error: 'invalid',
    });
    await expectUnharmed();
  });

  it.each([...[0, true, [], {}, { $ne: null }, '', 'x', '3f2504e0-4f89-41d3-9a0c-0305e82c3301', "' OR 1=1 --"]])(
    'with the id %j is refused',
    async (id) => {
      expect(await emitRaw(socket, 'message:send', { id, body: 'a' })).toEqual({ ok: false, error: 'invalid' });
      expect(await emitRaw(agent.socket, 'conversation:open', { conversationId: id })).toEqual({ ok: false, error: 'invalid' });
      await expectUnharmed();
    },
  );

  it('with an id of 60 KB is refused', async () => {
    expect(await emitRaw(socket, 'message:send', { id: 'a'.repeat(60_000), body: 'a' })).toEqual({ ok: false, error: 'invalid' });
    await expectUnharmed();
  });

  it.each([-1, 0.5, '1e9', 2 ** 53, null, {}, []])('with the cursor %j is refused', async (cursor) => {
    expect(await emitRaw(socket, 'conversation:sync', { afterSeq: cursor })).toEqual({ ok: false, error: 'invalid' });
    expect(await emitRaw(socket, 'message:mark', { deliveredSeq: cursor, readSeq: 0 })).toEqual({ ok: false, error: 'invalid' });
    if (cursor !== null)
      for (const before of [cursor, { at: cursor, id: newId() }, { at: 1, id: cursor }])
        expect(await emitRaw(agent.socket, 'inbox:list', { view: 'all', before })).toEqual({ ok: false, error: 'invalid' });
    await expectUnharmed();
  });
});

describe('text that looks like something else', () => {
  it.each([
    '<script>globalThis.polluted = 1</script>',
    '<img src=x onerror=alert(1)>',
    '{{constructor.constructor("return 1")()}}',
    "'; DROP TABLE message; --",
    '{"__proto__":{"polluted":1}}',
    '[x](javascript:alert(1))',
    'abc\u202edef',
    '👨‍👩‍👧‍👦 🇮🇪 👍🏽',
    '😀'.repeat(4000),
    'x'.repeat(4000),
  ])('is kept and given back letter for letter', async (body) => {
    const sent = await askAsVisitor(socket, 'message:send', { id: newId(), body });
    expect(sent).toMatchObject({ ok: true, data: { body } });
    const open = await askAsAgent(agent.socket, 'conversation:open', { conversationId: visitor.conversationId });
    expect(open.ok && open.data.messages.at(-1)?.body).toBe(body);
    expect(relay.logs.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });
});
