import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageBody, messageDraft } from '../../shared/events.ts';
import { newId } from '../../shared/ids.ts';
import { FRAME_MAX_BYTES, MESSAGE_MAX_BYTES, MESSAGE_MAX_CHARS } from '../../shared/limits.ts';

const accepts = (text: unknown): boolean => messageBody.safeParse(text).success;
const FAMILY = '👨‍👩‍👧‍👦';

describe('the text of a message', () => {
  it.each([
    ['nothing', ''],
    ['spaces', '   '],
    ['line breaks and tabs', '\n\t\n'],
    ['a no-break space', '\u00a0'],
    ['a zero-width space', '\u200b'],
    ['a word joiner', '\u2060'],
    ['zero-width marks together', '\u200b\u2060\ufeff\u200d'],
    ['a byte-order mark', '\ufeff'],
    ['direction marks alone', '\u202e\u2066\u2069'],
    ['NUL', 'a\u0000b'],
    ['a bell', 'a\u0007b'],
    ['a vertical tab', 'a\u000bb'],
    ['a carriage return', 'a\rb'],
    ['an escape', '\u001b[31mred'],
    ['delete', 'a\u007fb'],
    ['a C1 control', 'a\u0085b'],
    ['a lone high surrogate', 'a\ud83d'],
    ['a lone low surrogate', '\ude00a'],
    ['a number', 42],
    ['null', null],
    ['nothing at all', undefined],
    ['a list', ['a']],
    ['an object', { text: 'a' }],
    ['a boolean', true],
  ])('is refused: %s', (_, text) => {
    expect(accepts(text)).toBe(false);
  });

  it.each([
    ['one letter', 'a'],
    ['two lines and a tab', 'a\n\tb'],
    ['a script', '<script>alert(1)</script>'],
    ['an image with a handler', '<img src=x onerror=alert(1)>'],
    ['template braces', '{{constructor.constructor("alert(1)")()}} ${7*7}'],
    ['a Markdown link with a script', '[x](javascript:alert(1)) javascript:alert(1) data:text/html,x'],
    ['SQL', "'; DROP TABLE message; --"],
    ['JSON', '{"__proto__":{"polluted":1}}'],
    ['a path', '../../etc/passwd'],
    ['something like an id', '0192f0c1-0000-7000-8000-000000000000'],
    ['a right-to-left override', 'abc\u202edef'],
    ['bidi isolates', '\u2067שלום\u2069'],
    ['a family, a flag, a skin tone', `${FAMILY} 🇮🇪 👍🏽`],
    ['Vietnamese', 'Tôi muốn hỏi về một cuốn sách'],
    ['an emoji alone', '👍'],
  ])('is kept as text: %s', (_, text) => {
    expect(messageBody.parse(text)).toBe(text);
  });

  it('may have 4,000 characters and not one more', () => {
    expect(accepts('a'.repeat(MESSAGE_MAX_CHARS))).toBe(true);
    expect(accepts('a'.repeat(MESSAGE_MAX_CHARS + 1))).toBe(false);
    expect(accepts('a'.repeat(1_000_000))).toBe(false);
  });

  it('is counted in code points, and its bytes are bounded too', () => {
    const emoji = '😀'.repeat(MESSAGE_MAX_CHARS);
    expect(new TextEncoder().encode(emoji)).toHaveLength(MESSAGE_MAX_BYTES);
    expect(accepts(emoji)).toBe(true);
    expect(accepts(`${emoji}a`)).toBe(false);
    // A family is seven code points: what a reader counts as one is never cut by us, only refused as a whole.
    expect(accepts(FAMILY.repeat(571))).toBe(true);
    expect(accepts(FAMILY.repeat(572))).toBe(false);
  });

  it('fits into one frame at its longest, with every character escaped and an id around it', () => {
    for (const char of ['"', '\\', '\n', '😀', 'ế', '\u2028']) {
      const frame = JSON.stringify([
        'message:send',
        { conversationId: newId(), id: newId(), body: `${char.repeat(MESSAGE_MAX_CHARS - 1)}.` },
      ]);
      expect(Buffer.byteLength(frame)).toBeLessThan(FRAME_MAX_BYTES);
    }
  });

  it('is either refused or kept character for character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const parsed = messageBody.safeParse(text);
        expect(parsed.success ? parsed.data : text).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a draft', () => {
  it.each([
    ['an empty id', ''],
    ['no UUID', 'abc'],
    ['a random UUID', '3f2504e0-4f89-41d3-9a0c-0305e82c3301'],
    ['capital letters', '0192F0C1-0000-7000-8000-000000000000'],
    ['a long id', 'a'.repeat(1_000_000)],
    ['a number', 7],
    ['an object', { $ne: null }],
    ['a list', ['0192f0c1-0000-7000-8000-000000000000']],
  ])('is refused with %s', (_, id) => {
    expect(messageDraft.safeParse({ id, body: 'a' }).success).toBe(false);
  });

  it('is refused with anything more', () => {
    expect(messageDraft.safeParse({ id: newId(), body: 'a' }).success).toBe(true);
    expect(messageDraft.safeParse({ id: newId(), body: 'a', author: 'agent' }).success).toBe(false);
    expect(messageDraft.safeParse(JSON.parse(`{"id":"${newId()}","body":"a","__proto__":{"seq":1}}`)).success).toBe(false);
  });
});
