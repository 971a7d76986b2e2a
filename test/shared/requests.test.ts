import { describe, expect, it } from 'vitest';
import {
  decideRequest,
  endRequest,
  loginRequest,
  resetRequest,
  setupRequest,
  startRequest,
  visitorEmail,
  visitorName,
  withdrawRequest,
} from '../../shared/api.ts';
import { agentCommands, visitorCommands } from '../../shared/events.ts';
import { newActId, newId, newSessionToken } from '../../shared/ids.ts';

const start = {
  site: 'demo',
  noticeHash: 'a'.repeat(64),
  session: newSessionToken(),
  conversationId: newId(),
  actId: newActId(),
  message: { id: newId(), body: 'Hello' },
  name: 'Aoife',
  email: 'aoife@example.ie',
  decisions: [{ purpose: 'answer', granted: true, control: 'purpose.answer', action: 'click' }],
  clientTime: '2026-11-24T14:41:06.9+01:00',
  page: 'https://northwind.example/books',
  viewport: 'desktop',
};
const [decision] = start.decisions;

describe('a start', () => {
  it('is taken when it is whole, and with nothing but what is needed', () => {
    expect(startRequest.parse(start)).toEqual(start);
    const bare = { ...start, name: null, email: null, clientTime: null, page: null, decisions: [] };
    expect(startRequest.parse(bare)).toEqual(bare);
  });

  it.each(Object.keys(startRequest.shape).filter((field) => !['variant', 'build'].includes(field)))(
    'is refused without %s',
    (field) => {
      const { [field as keyof typeof start]: _, ...rest } = start;
      expect(startRequest.safeParse(rest).success).toBe(false);
    },
  );

  it.each([
    ['anything more', { polluted: 1 }],
    ['consent as the word "false"', { decisions: [{ ...decision, granted: 'false' }] }],
    ['consent as 0', { decisions: [{ ...decision, granted: 0 }] }],
    ['consent as "on"', { decisions: [{ ...decision, granted: 'on' }] }],
    ['consent as a list', { decisions: [{ ...decision, granted: [] }] }],
    ['consent that is absent', { decisions: [{ purpose: 'answer', control: 'x', action: 'click' }] }],
    ['decisions that are no list', { decisions: { answer: true } }],
    ['a thousand decisions', { decisions: Array.from({ length: 1000 }, () => decision) }],
    ['a decision by nobody', { decisions: [{ ...decision, action: 'timeout' }] }],
    ['a control with markup', { decisions: [{ ...decision, control: '<b>' }] }],
    ['a hash that is none', { noticeHash: 'latest' }],
    ['a hash in capitals', { noticeHash: 'A'.repeat(64) }],
    ['a conversation 0', { conversationId: 0 }],
    ['a conversation true', { conversationId: true }],
    ['a conversation [] ', { conversationId: [] }],
    ['an operator for an id', { conversationId: { $ne: null } }],
    ['a short token', { session: 'abc' }],
    ['a token with a path', { session: `../../${'x'.repeat(37)}` }],
    ['a site with a path', { site: '../../etc/passwd' }],
    ['an empty site', { site: '' }],
    ['[PR-24] a page with a query', { page: 'https://a.example/?email=a@b.c' }],
    ['[PR-24] a page with a fragment', { page: 'https://a.example/#t' }],
    ['a page that is a script', { page: 'javascript:alert(1)' }],
    ['a page with a line break', { page: 'https://a.example/\nSet-Cookie: x' }],
    ['a page with a lone surrogate', { page: 'https://a.example/\ud800' }],
    ['a page with a NUL', { page: 'https://a.example/\u0000' }],
    ['a page that runs backwards', { page: 'https://a.example/\u202eexe' }],
    ['a page with a user', { page: 'https://aoife@a.example/' }],
    ['a page with a password', { page: 'https://:secret@a.example/' }],
    ['a page with a user behind a backslash', { page: 'https:\\\\aoife@a.example/' }],
    ['a page without a host', { page: 'https://' }],
    ['a page of 1 MB', { page: `https://a.example/${'x'.repeat(1_000_000)}` }],
    ['a time that is none', { clientTime: 'yesterday' }],
    ['a time of 1 KB', { clientTime: '2'.repeat(1000) }],
    ['another viewport', { viewport: 'fridge' }],
    ['no message', { message: null }],
    ['an empty message', { message: { id: newId(), body: '' } }],
  ])('is refused with %s', (_, change) => {
    expect(startRequest.safeParse({ ...start, ...change }).success).toBe(false);
  });

  it('is refused with a prototype among its keys', () => {
    const text = JSON.stringify(start).replace('{', '{"__proto__":{"polluted":1},');
    expect(startRequest.safeParse(JSON.parse(text)).success).toBe(false);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('a name', () => {
  it.each([
    'Aoife',
    "Seán O'Connor-Ní Dhomhnaill",
    'Nguyễn Thị Minh Khai',
    '李',
    'a'.repeat(120),
    '<b>Bob</b>',
    '👩🏽‍🚀',
    'سارة',
    'نیلوفر‌ی',
  ])('may be %j', (name) => {
    expect(visitorName.safeParse(name).success).toBe(true);
  });

  it.each([
    'a\nb',
    'a\r\nBcc: x',
    'a\u0000',
    '\u0007',
    'a'.repeat(121),
    'a'.repeat(10_000),
    'a\ud800',
    'a\u2028b',
    'a\u2029',
    ...[...'\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069'].map((mark) => `a${mark}b`),
    7,
    null,
    ['a'],
    { first: 'a' },
  ])('is not %j', (name) => {
    expect(visitorName.safeParse(name).success).toBe(false);
  });

  it('is trimmed and composed', () => {
    expect(visitorName.parse('  Zoe\u0308 ')).toBe('Zoë');
  });

  it.each(['   ', '\u200b', '\u00ad\u2060', '\ufeff', '\u3164', '\u2800', '\u00a0\u3000'])(
    'is none where nothing can be seen: %j',
    (name) => {
      expect(visitorName.parse(name)).toBe('');
      expect(setupRequest.shape.name.safeParse(name).success).toBe(false);
      expect(visitorEmail.safeParse(name).success).toBe(false);
    },
  );
});

describe('an e-mail address', () => {
  it.each([
    'a@b.ie',
    'first.last+tag@sub.example.co.uk',
    '"quoted"@example.ie',
    'anfrage@bücher.example',
    'a@xn--bcher-kva.example',
  ])('may be %s', (address) => {
    expect(visitorEmail.safeParse(address).success).toBe(true);
  });

  it.each([
    ...['', 'a', 'a@b', '@b.ie', 'a@', 'a@b..ie', 'a@.ie', 'a@b.ie.', 'a@@b.ie', 'a@b@c.ie', 'a b@c.ie'],
    ...['a@b.ie\nBcc: c@d.ie', 'a@b.ie\r\n', `${'a'.repeat(250)}@b.ie`, `${'a'.repeat(10_000)}@b.ie`],
    ...[7, null, ['a@b.ie'], { $ne: null }],
  ])('is not %j', (address) => {
    expect(visitorEmail.safeParse(address).success).toBe(false);
  });
});

const decide = {
  session: newSessionToken(),
  actId: newActId(),
  purpose: 'persistence',
  granted: true,
  noticeHash: 'a'.repeat(64),
  control: 'cookie.accept',
  action: 'click',
  clientTime: null,
  viewport: 'mobile',
  nextSession: null,
};

describe('the other doors', () => {
  it.each([
    ['a decision', decideRequest, decide],
    [
      'a withdrawal',
      withdrawRequest,
      {
        session: null,
        actId: newActId(),
        control: 'privacy.withdraw',
        action: 'keyboard',
        clientTime: null,
        viewport: 'desktop',
      },
    ],
    ['an end', endRequest, { session: null, nextSession: null }],
    ['a login', loginRequest, { email: 'a@b.ie', password: 'x' }],
    ['a set-up', setupRequest, { token: newSessionToken(), name: 'Aoife', email: 'a@b.ie', password: 'x' }],
    ['a reset', resetRequest, { token: newSessionToken(), password: 'x' }],
  ])('take %s as it is listed, and not with a key more, a key less, or as something else', (_, schema, body) => {
    expect(schema.safeParse(body).success).toBe(true);
    expect(schema.safeParse({ ...body, more: 1 }).success).toBe(false);
    for (const key of Object.keys(body)) {
      expect(schema.safeParse(Object.fromEntries(Object.entries(body).filter(([one]) => one !== key))).success).toBe(false);
      for (const wrong of [undefined, [], {}, 7, { $ne: null }])
        expect(schema.safeParse({ ...body, [key]: wrong }).success).toBe(false);
    }
    for (const wrong of [null, undefined, [], 'text', 7, true, [body]]) expect(schema.safeParse(wrong).success).toBe(false);
  });
});

describe('the commands of the sockets', () => {
  const all = [
    ...Object.entries(visitorCommands).map(([name, schema]) => [`visitor ${name}`, schema] as const),
    ...Object.entries(agentCommands).map(([name, schema]) => [`agent ${name}`, schema] as const),
  ];

  it.each(all)('refuse what is no payload: %s', (_, schema) => {
    for (const wrong of [
      null,
      undefined,
      [],
      'text',
      7,
      true,
      Number.NaN,
      new Uint8Array(3),
      { polluted: 1 },
      { _placeholder: true, num: 0 },
    ]) {
      expect(schema.safeParse(wrong).success).toBe(false);
    }
  });

  it.each([-1, 0.5, '1e9', '5', Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, {}, [], null, true])(
    'refuse the cursor %j',
    (afterSeq) => {
      expect(visitorCommands['conversation:sync'].safeParse({ afterSeq }).success).toBe(false);
      expect(agentCommands['conversation:sync'].safeParse({ conversationId: newId(), afterSeq }).success).toBe(false);
      expect(visitorCommands['message:mark'].safeParse({ deliveredSeq: afterSeq, readSeq: 0 }).success).toBe(false);
    },
  );

  it.each([0, true, [], { $ne: null }, '', 'a'.repeat(1_000_000), "' OR 1=1", '../x'])(
    'refuse the conversation %j',
    (conversationId) => {
      expect(agentCommands['conversation:open'].safeParse({ conversationId }).success).toBe(false);
      expect(agentCommands['consent:card'].safeParse({ conversationId }).success).toBe(false);
    },
  );

  it('[PR-16] let a typing signal be a boolean and nothing else', () => {
    expect(visitorCommands['typing:set'].safeParse({ typing: true }).success).toBe(true);
    for (const wrong of [{ typing: 'Hel' }, { typing: true, text: 'Hel' }, { typing: 1 }, {}]) {
      expect(visitorCommands['typing:set'].safeParse(wrong).success).toBe(false);
    }
  });
});
