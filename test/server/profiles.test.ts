import { describe, expect, it } from 'vitest';
import { DEMO_NOTICE } from '../../server/notices/demo-notice.ts';
import { withGenerated } from '../../server/notices/generated.ts';
import { CLAUSE_MAX, lintNotice } from '../../server/notices/lint.ts';
import { PROFILES, profileNotice } from '../../server/notices/profiles/index.ts';
import { demoSite } from '../../server/sites/demo-site.ts';
import { DAY } from '../../shared/limits.ts';
import type { NoticeDoc } from '../../shared/notice.ts';
import { noticeDoc } from '../../shared/notice-schema.ts';
import { filledIn, noticeWithHealth } from '../support/notices.ts';

const { settings } = demoSite(0);
const ids = PROFILES.map(({ id }) => id);

function profile(id: string, inForce: NoticeDoc | null = null): NoticeDoc {
  const doc = profileNotice(id, 'en', 'demo', inForce);
  if (!doc) throw new Error(`no profile ${id}`);
  return doc;
}
const found = (doc: NoticeDoc): string[] =>
  lintNotice(doc, settings).map(({ rule, level, key, where }) => `${rule} ${level} ${key}${where && `: ${where}`}`);
const fullText = ({ full }: NoticeDoc): string => JSON.stringify(full);
/** The notice with one of its phrases gone, wherever it stood. */
const without = (doc: NoticeDoc, phrase: string): NoticeDoc => {
  expect(JSON.stringify(doc)).toContain(phrase);
  return JSON.parse(JSON.stringify(doc).replaceAll(phrase, '…')) as NoticeDoc;
};

describe('a ready-made notice', () => {
  it.each(ids)('[PR-03] %s is whole once its brackets are filled, fits above Start, and is published by nobody before', (id) => {
    const doc = profile(id);
    expect(noticeDoc.parse(doc)).toEqual(doc);
    expect(found(doc)).toContain('PR-03 error word.unfilled: [Name of your company]');
    const whole = filledIn(doc);
    expect(found(whole)).toEqual([]);
    // In whichever form the address is kept, and however long the cookie lives.
    for (const ipMode of ['full', 'truncated', 'none'] as const) {
      const chosen = { ...settings, ipMode, cookieLife: 30 * DAY };
      const made = withGenerated(whole, chosen);
      expect(lintNotice(made, chosen)).toEqual([]);
      expect(made.words.form.clause.length).toBeLessThanOrEqual(CLAUSE_MAX);
    }
  });

  it('names whoever answers under the words in force, and leaves only the rest to be filled', () => {
    const officer = { ...DEMO_NOTICE, facts: DEMO_NOTICE.facts && { ...DEMO_NOTICE.facts, dpo: 'dpo@northwind.example' } };
    const doc = profile('eu', officer);
    expect(doc.controller).toEqual(DEMO_NOTICE.controller);
    expect([doc.facts?.shortName, doc.facts?.dpo]).toEqual(['Northwind Books', 'dpo@northwind.example']);
    expect(fullText(doc)).toContain('dpo@northwind.example');
    expect(found(doc).filter((one) => one.includes('your company') || one.includes('Postal'))).toEqual([]);
  });

  it.each(ids)('[PR-57] %s says how long a backup keeps what was erased', (id) => {
    expect(fullText(profile(id))).toContain(
      'kept for 35 days at most. Of what is erased nobody can read anything in them after 7 days',
    );
  });

  it('[PR-88] under the UK’s law names the ICO, and says that a complaint comes to the owner first, acknowledged within 30 days', () => {
    const doc = filledIn(profile('uk'));
    expect([doc.jurisdiction, doc.authority]).toEqual(['GB', 'Information Commissioner’s Office (ICO)']);
    expect(fullText(doc)).toMatch(/Complain to us first[^.]*\. We acknowledge your complaint within 30 days/);
    expect(found(without(doc, 'within 30 days'))).toEqual(['PR-88 error law.complaint']);
    expect(found(without(doc, '(ICO)'))).toEqual(['PR-88 error law.ico']);
  });

  it('[PR-90] under California’s says before the first message that the chat is recorded and not sold, with the period of each category', () => {
    const doc = filledIn(profile('california'));
    expect(doc.words.form.clause).toMatch(/^This chat is recorded and handled by Kite & Co/);
    const collection = doc.full.sections.find(({ heading }) => heading === 'Notice at collection')?.paragraphs ?? [];
    expect(collection).toEqual([
      expect.stringMatching(/^Identifiers .*90 days\. Your IP address/),
      expect.stringMatching(/90 days\. Internet activity .*30 days/),
      expect.stringMatching(/do not sell or share/),
    ]);
    expect(found(without(doc, 'recorded and handled by'))).toEqual(['PR-90 error law.recorded']);
    expect(found(without(doc, 'We do not sell or share it.'))).toEqual(['PR-90 error law.sale']);
    expect(found(without(doc, 'Notice at collection'))).toEqual(['PR-90 error law.collection']);
    expect(found(without(doc, 'Global Privacy Control'))).toEqual(['PR-90 error law.gpc']);
  });

  it('[PR-90] under Brazil’s has a consent of its own, the encarregado, Article 18 and the ANPD', () => {
    const doc = filledIn(profile('brazil'));
    expect(doc.words.purposes.answer?.label).toMatch(/^I consent .* to answer me, and for nothing else\.$/);
    expect(doc.facts?.dpo).toBe('Bo Li, bo@kite.example');
    expect(found(without(doc, 'encarregado'))).toEqual(['PR-90 error law.officer']);
    expect(found(without(doc, 'Article 18'))).toEqual(['PR-90 error law.lgpd']);
    expect(found(without(doc, 'a clause of its own'))).toEqual(['PR-90 error law.separate']);
    expect(found(without(doc, 'ANPD'))).toEqual(['PR-90 error law.anpd']);
    // What a law makes its owner keep is said, or not kept (PR-62).
    expect(doc.facts?.accessLog).toBe('P6M');
    expect(found(without(doc, 'log of access'))).toEqual(['PR-62 error access.unsaid']);
  });

  it('[PR-89] [PR-18] under Vietnam’s names data, purposes, rights and duties, sensitive data, the officer and the border', () => {
    const doc = filledIn(profile('vietnam'));
    expect(doc.words.form.clause).toMatch(/your message, name and e-mail to answer you/);
    expect(doc.authority).toBe('Ministry of Public Security, Department A05');
    expect(doc.facts?.dpo).toBe('Bo Li, bo@kite.example');
    expect(doc.purposes.every(({ legalBasis }) => legalBasis === 'consent')).toBe(true);
    expect(found(without(doc, 'duties'))).toEqual(['PR-89 error law.duties']);
    expect(found(without(doc, 'sensitive personal data'))).toEqual(['PR-18 error law.sensitive']);
    const aids = noticeWithHealth().purposes.filter(({ special }) => special);
    const label = 'I explicitly agree that my health is used.';
    const asked = (note: string): NoticeDoc => ({
      ...doc,
      purposes: [...doc.purposes, ...aids],
      words: { ...doc.words, purposes: { ...doc.words.purposes, aids: { name: 'Aids', label, note } } },
    });
    expect(found(asked('optional'))).toEqual(['PR-18 error special.sensitive: aids']);
    expect(found(asked('This is sensitive personal data. Optional'))).toEqual([]);
    expect(found(without(doc, 'data protection officer'))).toEqual(['PR-89 error law.officer']);
    expect(found(without(without(doc, 'abroad'), 'Across the border'))).toEqual(['PR-89 error law.border']);
  });
});
