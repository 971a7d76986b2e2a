import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEMO_NOTICE } from '../../server/notices/demo-notice.ts';
import {
  formPurposes,
  type NoticeDoc,
  noticeHash,
  noticeHead,
  plainText,
  type ShownWords,
  SOMETIMES_SHOWN,
  shownHash,
} from '../../shared/notice.ts';

const doc = DEMO_NOTICE;
const published = noticeHash(doc);

/** What the form of this notice shows, read back word by word. */
function formAsShown(): ShownWords {
  const asked = formPurposes(doc).flatMap(({ id }) => {
    const words = doc.words.purposes[id];
    return [
      [`purpose.${id}.label`, words?.label ?? ''],
      [`purpose.${id}.note`, words?.note ?? ''],
    ];
  });
  return { ...doc.words.form, ...Object.fromEntries(asked) };
}

const form = formAsShown();
const cookie: ShownWords = { ...doc.words.cookie };

describe('plain text', () => {
  it.each([
    ['  two\n\twords \u00a0 here ', 'two words here'],
    ['e\u0301', 'é'],
    ['', ''],
  ])('of %j is %j', (text, plain) => {
    expect(plainText(text)).toBe(plain);
  });

  it('of plain text is itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(plainText(plainText(text))).toBe(plainText(text));
      }),
    );
  });
});

describe("a notice's hash", () => {
  it('is SHA-256 over the canonical head, which holds the digest of the rest', () => {
    const sha = (text: string | undefined): string =>
      createHash('sha256')
        .update(text ?? '')
        .digest('hex');
    const { controller, jurisdiction, authority, facts, purposes, full, ...shown } = doc;
    const asked = purposes.map(({ id, legalBasis, asked: where, required }) => ({ id, legalBasis, asked: where, required }));
    const rest = sha(canonicalize({ controller, jurisdiction, authority, purposes, full, facts }));
    expect(published).toBe(sha(canonicalize({ ...shown, purposes: asked, rest })));
    expect(noticeHead(doc)).toEqual({ ...shown, purposes: asked, rest });
  });

  it('does not depend on the order of its keys', () => {
    expect(noticeHash(Object.fromEntries(Object.entries(doc).reverse()) as unknown as NoticeDoc)).toBe(published);
  });

  it('changes with any change of the document', () => {
    const changes: Partial<NoticeDoc>[] = [
      { version: 2 },
      { facts: undefined },
      { locale: 'de' },
      { periods: { ...doc.periods, ip: 'P31D' } },
      { purposes: doc.purposes.slice(1) },
      { controller: { ...doc.controller, name: 'Southwind Books Ltd' } },
      { full: { ...doc.full, title: 'What we agreed on' } },
    ];
    const hashes = changes.map((change) => noticeHash({ ...doc, ...change }));
    expect(new Set([published, ...hashes]).size).toBe(changes.length + 1);
  });
});

describe('the hash of what was shown', () => {
  it('[PR-38] is another when words stand there that the notice does not have', () => {
    expect(shownHash(noticeHead(doc), 'form', { ...form, also: 'And my soul.' })).not.toBe(published);
    expect(shownHash(noticeHead(doc), 'cookie', { ...cookie, 'purpose.answer.label': 'x' })).not.toBe(published);
  });

  it('[PR-38] is the published one when nothing was changed', () => {
    expect(shownHash(noticeHead(doc), 'form', form)).toBe(published);
    expect(shownHash(noticeHead(doc), 'cookie', cookie)).toBe(published);
  });

  it('[PR-38] is the published one however a browser breaks and spaces the lines', () => {
    const spaced = Object.fromEntries(
      Object.entries(form).map(([key, word]) => [key, `\n  ${word.replaceAll(' ', ' \n ').normalize('NFD')} `]),
    );
    expect(shownHash(noticeHead(doc), 'form', spaced)).toBe(published);
  });

  it('[PR-38] is the published one when words that only sometimes fit were not drawn', () => {
    const drawn = Object.fromEntries(Object.entries(form).filter(([key]) => !SOMETIMES_SHOWN.includes(key)));
    expect(Object.keys(drawn).length).toBeLessThan(Object.keys(form).length);
    expect(shownHash(noticeHead(doc), 'form', drawn)).toBe(published);
  });

  const words = [
    ...Object.keys(form).map((key) => ['form', key, form[key] ?? ''] as const),
    ...Object.keys(cookie).map((key) => ['cookie', key, cookie[key] ?? ''] as const),
  ];
  const shownOf = (group: 'form' | 'cookie'): ShownWords => (group === 'form' ? form : cookie);

  it.each(words)('[PR-38] is another when a word of %s.%s is altered', (group, key, text) => {
    const parts = text.split(' ');
    for (let at = 0; at < parts.length; at++) {
      const altered = parts.with(at, `${parts[at]}n`).join(' ');
      expect(shownHash(noticeHead(doc), group, { ...shownOf(group), [key]: altered })).not.toBe(published);
    }
  });

  it.each(words)('[PR-38] is another when a word of %s.%s is removed', (group, key, text) => {
    const parts = text.split(' ');
    for (let at = 0; at < parts.length; at++) {
      const removed = parts.toSpliced(at, 1).join(' ');
      expect(shownHash(noticeHead(doc), group, { ...shownOf(group), [key]: removed })).not.toBe(published);
    }
  });

  it.each(words)('[PR-38] is another when a word is added to %s.%s', (group, key, text) => {
    const parts = text.split(' ');
    for (let at = 0; at <= parts.length; at++) {
      const added = parts.toSpliced(at, 0, 'not').join(' ');
      expect(shownHash(noticeHead(doc), group, { ...shownOf(group), [key]: added })).not.toBe(published);
    }
  });

  it.each(words.filter(([group, key]) => group === 'cookie' || !SOMETIMES_SHOWN.includes(key)))(
    '[PR-38] is another when %s.%s is not on the screen at all',
    (group, key) => {
      const { [key]: _, ...rest } = shownOf(group);
      expect(shownHash(noticeHead(doc), group, rest)).not.toBe(published);
    },
  );

  it('[PR-38] of the form does not vouch for the cookie question, nor the other way round', () => {
    expect(shownHash(noticeHead(doc), 'cookie', form)).not.toBe(published);
    expect(shownHash(noticeHead(doc), 'form', cookie)).not.toBe(published);
  });
});

describe('the purposes of the form', () => {
  it('[PR-11] are those that rest on consent and are asked there, each apart', () => {
    expect(formPurposes(doc).map(({ id }) => id)).toEqual(['answer', 'news']);
    expect(formPurposes({ ...doc, purposes: doc.purposes.map((one) => ({ ...one, legalBasis: 'contract' as const })) })).toEqual(
      [],
    );
  });

  it('[PR-02] are required in one place at most', () => {
    expect(doc.purposes.filter(({ required }) => required)).toHaveLength(1);
  });

  it('have words, all of them', () => {
    for (const { id } of doc.purposes) {
      const words = doc.words.purposes[id];
      for (const word of ['name', 'label', 'note'] as const) expect(words?.[word]).toMatch(/\S/);
    }
  });
});
