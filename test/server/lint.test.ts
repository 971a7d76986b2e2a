import { describe, expect, it } from 'vitest';
import { DEMO_NOTICE } from '../../server/notices/demo-notice.ts';
import type { Finding } from '../../server/notices/findings.ts';
import { withGenerated } from '../../server/notices/generated.ts';
import { CLAUSE_MAX, lintNotice } from '../../server/notices/lint.ts';
import { inWords } from '../../server/notices/publish.ts';
import { demoSite } from '../../server/sites/demo-site.ts';
import type { SiteSettings } from '../../server/store/rows.ts';
import { DAY } from '../../shared/limits.ts';
import type { NoticeDoc, NoticeFacts, NoticePurpose } from '../../shared/notice.ts';
import { noticeWithHealth } from '../support/notices.ts';

const { settings } = demoSite(0);
const facts = DEMO_NOTICE.facts as NoticeFacts;
const [answer, ...others] = DEMO_NOTICE.purposes as [NoticePurpose, ...NoticePurpose[]];

const found = (change: Partial<NoticeDoc>, ipMode: SiteSettings['ipMode'] = 'full'): Finding[] =>
  lintNotice({ ...DEMO_NOTICE, ...change }, { ...settings, ipMode });
const keys = (change: Partial<NoticeDoc>, ipMode?: SiteSettings['ipMode']): string[] =>
  found(change, ipMode).map(({ rule, level, key, where }) => `${rule} ${level} ${key}${where && `: ${where}`}`);
const withFacts = (change: Partial<NoticeFacts>): Partial<NoticeDoc> => ({ facts: { ...facts, ...change } });
const withForm = (change: Partial<NoticeDoc['words']['form']>): Partial<NoticeDoc> => ({
  words: { ...DEMO_NOTICE.words, form: { ...DEMO_NOTICE.words.form, ...change } },
});
const withAnswer = (change: Partial<NoticePurpose>): Partial<NoticeDoc> => ({ purposes: [{ ...answer, ...change }, ...others] });
const clauseWithout = (part: RegExp): Partial<NoticeDoc> => {
  const { clause } = DEMO_NOTICE.words.form;
  expect(clause).toMatch(part);
  return withForm({ clause: clause.replace(part, '') });
};

describe('the linter of notices', () => {
  it('finds nothing in the notice of the demo', () => {
    expect(keys({})).toEqual([]);
  });

  it.each<[string, Partial<NoticeDoc>, string[]]>([
    ['the facts', { facts: undefined }, ['PR-03 error facts.missing']],
    [
      'the controller’s address',
      { controller: { ...DEMO_NOTICE.controller, address: ' ' } },
      ['PR-03 error controller.missing: address'],
    ],
    ['the authority', { authority: '' }, ['PR-03 error authority.missing']],
    [
      'a safeguard of a transfer',
      withFacts({ transfers: [{ country: 'US', safeguard: '' }] }),
      ['PR-03 error transfer.safeguard: US'],
    ],
    [
      'the right to object',
      withFacts({ rights: facts.rights.filter((one) => one !== 'objection') }),
      ['PR-03 error rights.missing: objection'],
    ],
    [
      'the officer in the full text',
      withFacts({ dpo: 'dpo@northwind.example' }),
      ['PR-03 error full.missing: dpo@northwind.example'],
    ],
    ['the interest', withAnswer({ legalBasis: 'legitimate_interest', required: false }), ['PR-03 error interest.missing']],
    [
      'what a machine decides in the full text',
      withFacts({ automated: 'Sorting by subject' }),
      ['PR-03 error full.missing: Sorting by subject'],
    ],
    [
      'the representative in the full text',
      withFacts({ representative: 'Kim & Co, Paris' }),
      ['PR-03 error full.missing: Kim & Co, Paris'],
    ],
    ['a word', withForm({ promise: '' }), ['PR-09 error word.missing: promise']],
  ])('[PR-03] names what is missing of Art. 13: %s', (_what, change, expected) => {
    expect(keys(change)).toEqual(expected);
  });

  it.each([
    ['', 'PR-03 error period.invalid: answer: how long it is kept'],
    ['for ever', 'PR-03 error period.invalid: answer: how long it is kept'],
    ['P0D', 'PR-03 error period.invalid: answer: how long it is kept'],
  ])('[PR-03] a period of "%s" is none', (retention, expected) => {
    expect(keys(withAnswer({ retention }))).toEqual([expected]);
    expect(keys({ periods: { ...DEMO_NOTICE.periods, proof: retention } })).toEqual(['PR-03 error period.invalid: proof']);
  });

  it.each(['null', 'forever', 'P0D', 'P99Y', 'P11Y', '90'])('(PR-60) takes no period without an end: %s', (period) => {
    const levels = (change: Partial<NoticeDoc>) => found(change).map(({ level, where }) => `${level} ${where}`);
    expect(levels(withAnswer({ retention: period }))).toContain('error answer: how long it is kept');
    for (const key of ['ip', 'proof', 'cookie'] as const)
      expect(levels({ periods: { ...DEMO_NOTICE.periods, [key]: period } })).toContain(`error ${key}`);
  });

  it('(PR-60) (PR-63) wants a reason for what is long, and no address that outlives its proof', () => {
    expect(keys({ periods: { ...DEMO_NOTICE.periods, proof: 'P6Y' } })).toContain('PR-60 warning period.long: proof');
    expect(keys({ periods: { ...DEMO_NOTICE.periods, proof: 'P3Y' } })).toEqual([]);
    expect(keys({ periods: { ...DEMO_NOTICE.periods, ip: 'P1Y', proof: 'P6M' } })).toContain('PR-63 error period.ip');
  });

  it('[PR-01] a purpose has a basis, and only one with consent gates the start', () => {
    expect(keys(withAnswer({ legalBasis: 'habit' as NoticePurpose['legalBasis'], required: false }))).toEqual([
      'PR-01 error purpose.basis: answer',
    ]);
    expect(keys(withAnswer({ legalBasis: 'contract' }))).toEqual(['PR-02 error purpose.gate: answer']);
    const two = others.map((purpose) => (purpose.id === 'news' ? { ...purpose, required: true } : purpose));
    expect(keys({ purposes: [answer, ...two] })).toEqual(['PR-02 error purpose.gate: news']);
  });

  it('[PR-04] a purpose without a box is said above the boxes, or it is refused', () => {
    const withNews = (legalBasis: NoticePurpose['legalBasis']) => {
      return { purposes: [answer, ...others.map((one) => (one.id === 'news' ? { ...one, legalBasis } : one))] };
    };
    expect(keys(withNews('contract'))).toEqual(['PR-04 error layer.purpose: Monthly reading list']);
    const clause = DEMO_NOTICE.words.form.clause.replace('to answer you', 'to answer you and to send you the reading list');
    expect(keys({ ...withNews('contract'), ...withForm({ clause }) })).toEqual([]);
    expect(keys(withAnswer({ legalBasis: 'contract', required: false }))).toEqual([]);
  });

  it('[PR-02] [PR-11] what the chat rests on is asked in the form, each purpose once, and in the chat the cookie alone', () => {
    expect(keys(withAnswer({ asked: 'chat' })).filter((one) => one.includes('purpose.'))).toEqual([
      'PR-02 error purpose.form: answer',
    ]);
    expect(keys({ purposes: [answer, ...others, ...others.slice(0, 1)] })).toEqual(['PR-11 error purpose.twice: news']);
    expect(keys(withAnswer({ required: false }))).toEqual(['PR-01 error purpose.rest']);
    const shared = others.map((one) => (one.id === 'persistence' ? { ...one, recipients: ['Harbour Hosting'] } : one));
    expect(keys({ purposes: [answer, ...shared] })).toEqual(['PR-07 error purpose.chat: persistence']);
  });

  it.each<[string, RegExp, string[]]>([
    ['who asks', /Northwind Books, Galway, uses/, ['PR-04 error layer.controller: Northwind Books Ltd']],
    ['what is taken', /what you write here /, ['PR-04 error layer.data']],
    ['the withdrawal', /Withdraw any time under Privacy; /, ['PR-08 error layer.withdrawal']],
    ['that the past stays lawful', /what came before stays lawful/, ['PR-08 error layer.lawful']],
    ['who decides', /People decide, never a machine\. /, ['PR-04 error layer.automated']],
    ['where it goes', /Nothing leaves the EU\. /, ['PR-04 error layer.transfer']],
    ['the time as proof', /the time for 3 years, /, ['PR-06 error evidence.time']],
    ['the IP as proof', /, your IP address for 30 days/, ['PR-06 error evidence.ip']],
  ])('[PR-04] [PR-06] [PR-08] the short words say it all: without %s they are refused', (_what, part, expected) => {
    expect(keys(clauseWithout(part))).toEqual(expected);
  });

  it('[PR-06] the short words follow the form in which the address is kept', () => {
    expect(keys({}, 'none')).toEqual(['PR-06 error evidence.noIp']);
    expect(keys(clauseWithout(/, your IP address for 30 days/), 'none').every((one) => one.includes('settings.unlike'))).toBe(
      true,
    );
    for (const ipMode of ['full', 'truncated', 'none'] as const)
      expect(keys(withGenerated(DEMO_NOTICE, { ...settings, ipMode }), ipMode)).toEqual([]);
  });

  it('[PR-06] [PR-07] what is made of the settings must be as they are now', () => {
    expect(keys({}, 'truncated')).toEqual([
      'PR-06 error settings.unlike: facts.ip',
      'PR-06 error settings.unlike: words.form.clause',
      'PR-06 error settings.unlike: full.table.4.text',
    ]);
    const week = lintNotice(DEMO_NOTICE, { ...settings, cookieLife: 7 * DAY });
    expect(week.map(({ rule, where }) => `${rule} ${where}`).sort()).toEqual([
      'PR-06 full.table.8.text',
      ...[0, 1, 2].map((at) => `PR-07 facts.storage.${at}.life`),
      'PR-07 periods.cookie',
      'PR-07 purposes.2.retention',
      'PR-07 words.cookie.body',
    ]);
    expect(
      lintNotice(withGenerated(DEMO_NOTICE, { ...settings, cookieLife: 7 * DAY }), { ...settings, cookieLife: 7 * DAY }),
    ).toEqual([]);
  });

  it('[PR-05] everybody who receives is listed with a country, and named in the full text', () => {
    const purposes = [answer, ...others.map((one) => (one.id === 'news' ? { ...one, recipients: ['Paperboat Mail'] } : one))];
    expect(keys({ purposes })).toEqual([
      'PR-05 error recipient.unlisted: Paperboat Mail',
      'PR-03 error full.missing: Paperboat Mail',
    ]);
    const listed = [...facts.recipients, { name: 'Paperboat Mail', country: 'Ireland', role: 'recipient' as const }];
    expect(keys({ purposes, ...withFacts({ recipients: listed }) })).toEqual([
      'PR-05 error recipient.country: Paperboat Mail',
      'PR-03 error full.missing: Paperboat Mail',
    ]);
  });

  it('[PR-07] the list of what is stored is what the widget sets, no more and no less, each named where it is asked', () => {
    expect(keys(withFacts({ storage: facts.storage.slice(1) }))).toEqual(['PR-07 error storage.unlisted: __Host-parley_chat']);
    const made = { name: 'parley_seen', life: 'P1D', thirdParties: false };
    expect(keys(withFacts({ storage: [...facts.storage, made] }))).toEqual([
      'PR-07 error storage.unknown: parley_seen',
      'PR-03 error full.missing: parley_seen',
    ]);
    const cookie = { ...DEMO_NOTICE.words.cookie, body: 'With a cookie.' };
    expect(keys({ words: { ...DEMO_NOTICE.words, cookie } })).toEqual(
      facts.storage.map(({ name }) => `PR-07 error storage.unsaid: ${name}`),
    );
    expect(keys(withFacts({ storage: facts.storage.map((one) => ({ ...one, life: 'always' })) }))).toHaveLength(3);
  });

  it('[PR-09] a language without approved words is refused', () => {
    expect(keys({ locale: 'vi' })).toEqual(['PR-09 error locale.unknown: vi']);
  });

  it('[PR-10] the age from which somebody may agree stands beside the box', () => {
    expect(keys(withFacts({ minAge: 14 }))).toEqual(['PR-10 error age.missing: answer']);
    expect(keys(withFacts({ minAge: null }))).toEqual([]);
  });

  it('[PR-04] warns when the form would have to be scrolled, and stops nothing for it', () => {
    const clause = `${DEMO_NOTICE.words.form.clause} ${'And more. '.repeat(20)}`;
    expect(clause.length).toBeGreaterThan(CLAUSE_MAX);
    expect(keys(withForm({ clause }))).toEqual([`PR-04 warning layout.scroll: ${CLAUSE_MAX}`]);
  });

  it('[PR-18] special categories are asked for apart and explicitly, or not at all', () => {
    const special = noticeWithHealth();
    expect(keys(special)).toEqual([]);
    const withAids = (change: Partial<NoticePurpose>): Partial<NoticeDoc> => ({
      ...special,
      purposes: special.purposes.map((one) => (one.id === 'aids' ? { ...one, ...change } : one)),
    });
    expect(keys(withAids({ special: undefined }))).toEqual(['PR-18 error special.unmarked: aids: health']);
    expect(keys(withAids({ legalBasis: 'contract' }))).toEqual([
      'PR-04 error layer.purpose: Aids for reading',
      'PR-18 error special.box: aids',
    ]);
    expect(keys(withAids({ required: true }))).toContain('PR-18 error special.box: aids');
    expect(keys(withAids({ asked: 'chat' }))).toContain('PR-18 error special.box: aids');
    const labelled = (label: string): Partial<NoticeDoc> => ({
      ...special,
      words: { ...special.words, purposes: { ...special.words.purposes, aids: { name: 'Aids', label, note: 'optional' } } },
    });
    expect(keys(labelled('I agree that my health is used.'))).toEqual(['PR-18 error special.label: aids']);
    for (const type of ['religion', 'political opinions', 'ethnic origin', 'sexual life', 'biometric data', 'genetic data'])
      expect(keys(withAnswer({ dataTypes: [type] }))).toEqual([`PR-18 error special.unmarked: answer: ${type}`]);
    expect(keys(withAnswer({ dataTypes: ['trade union membership'] }))).toHaveLength(1);
  });

  it('[PR-18] where none is asked for, the form asks for none to be sent', () => {
    expect(keys(withForm({ questionHint: 'Be as short as you like.' }))).toEqual(['PR-18 error special.hint']);
    const { words } = noticeWithHealth();
    const form = { ...words.form, questionHint: 'Be as short as you like.' };
    expect(keys({ ...noticeWithHealth(), words: { ...words, form } })).toEqual([]);
  });

  it('says what is wrong and how to mend it, with the rule', () => {
    const [finding] = found({ authority: '' });
    expect(finding && inWords(finding)).toBe('Name the authority to which a visitor can complain. (PR-03)');
  });
});
