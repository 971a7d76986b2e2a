import { describe, expect, it } from 'vitest';
import { touchedPurposes } from '../../server/notices/changes.ts';
import { DEMO_NOTICE } from '../../server/notices/demo-notice.ts';
import type { NoticeDoc, NoticeFacts, NoticePurpose } from '../../shared/notice.ts';
import { noticeWithHealth, noticeWithThirdParty } from '../support/notices.ts';

const ALL = ['answer', 'news', 'persistence'];
const touched = (change: Partial<NoticeDoc>): string[] => touchedPurposes(DEMO_NOTICE, { ...DEMO_NOTICE, ...change });
const withFacts = (change: Partial<NoticeFacts>): string[] =>
  touched({ facts: { ...(DEMO_NOTICE.facts as NoticeFacts), ...change } });
const withNews = (change: Partial<NoticePurpose>): string[] =>
  touched({ purposes: DEMO_NOTICE.purposes.map((one) => (one.id === 'news' ? { ...one, ...change } : one)) });

describe('[PR-42] a change of a notice', () => {
  it('of who, to whom, where, by what and how long the proof is kept touches every purpose', () => {
    expect(touchedPurposes(DEMO_NOTICE, noticeWithThirdParty())).toEqual(ALL);
    expect(touched({ controller: { ...DEMO_NOTICE.controller, name: 'Southwind Books Ltd' } })).toEqual(ALL);
    expect(touched({ periods: { ...DEMO_NOTICE.periods, proof: 'P5Y' } })).toEqual(ALL);
    expect(withFacts({ transfers: [{ country: 'US', safeguard: 'SCC' }] })).toEqual(ALL);
    expect(withFacts({ automated: 'Sorting by subject' })).toEqual(ALL);
    expect(withFacts({ ip: 'truncated' })).toEqual(ALL);
  });

  it('of one purpose touches that purpose, wherever it stands', () => {
    for (const change of [{ retention: 'P2Y' }, { recipients: ['Harbour Hosting'] }, { dataTypes: ['email', 'name'] }])
      expect(withNews(change)).toEqual(['news']);
    expect(touched({ purposes: DEMO_NOTICE.purposes.toReversed() })).toEqual([]);
    // One that is new has been asked of nobody; one that is gone holds no more.
    expect(touchedPurposes(DEMO_NOTICE, noticeWithHealth())).toEqual([]);
    expect(touchedPurposes(noticeWithHealth(), DEMO_NOTICE)).toEqual(['aids']);
  });

  it('of words alone touches nothing, nor does a fact that older notices do not have', () => {
    const { words } = DEMO_NOTICE;
    const clause = words.form.clause.replace(',', ';');
    expect(touched({ version: 2, words: { ...words, form: { ...words.form, clause } } })).toEqual([]);
    const { ip: _, ...older } = DEMO_NOTICE.facts as NoticeFacts;
    expect(touchedPurposes({ ...DEMO_NOTICE, facts: older }, DEMO_NOTICE)).toEqual([]);
  });
});
