import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEMO_NOTICE } from '../../server/notices/demo-notice.ts';
import { STORED } from '../../server/notices/generated.ts';
import { makePaper, PAPERS } from '../../server/papers/index.ts';
import { blank, countBlanks, facts, list, type Paper, table, text } from '../../server/papers/paper.ts';
import { paperMarkdown, plain } from '../../server/papers/paper-markdown.ts';
import { PAPER_LINKS, paperPage } from '../../server/papers/paper-page.ts';
import type { Running } from '../../server/papers/running.ts';
import { demoSite } from '../../server/sites/demo-site.ts';
import { SUBJECT_TABLES } from '../../server/store/subject.ts';
import { VERSION } from '../../server/version.ts';
import { AGENT_COOKIE, CONSOLE_KEY } from '../../shared/endpoints.ts';
import { type NoticeDoc, type NoticePurpose, noticeHash } from '../../shared/notice.ts';

const AT = Date.UTC(2026, 10, 30, 19, 23);

const published = (doc: NoticeDoc) => {
  return { hash: noticeHash(doc), siteId: 'site_demo', version: doc.version, locale: doc.locale, doc, publishedAt: AT };
};

const purpose = (change: Partial<NoticePurpose>): NoticePurpose => {
  return { ...(DEMO_NOTICE.purposes[0] as NoticePurpose), required: false, ...change };
};

/** A shop that does more than the demo: somebody else gets data, it goes abroad, one purpose rests on an interest. */
function busyNotice(locale = 'en'): NoticeDoc {
  const { facts: known, words } = DEMO_NOTICE;
  if (!known) throw new Error('the demo has its facts');
  const interest = purpose({
    id: 'fraud',
    legalBasis: 'legitimate_interest',
    dataTypes: ['ip'],
    retention: 'P6M',
    recipients: ['Fraud Watch'],
  });
  const health = purpose({ id: 'aids', special: true, dataTypes: ['health'], retention: 'P30D' });
  return {
    ...DEMO_NOTICE,
    locale,
    facts: {
      ...known,
      dpo: 'Bo Li, bo@northwind.example',
      interest: 'Keeping fraud out of the shop',
      recipients: [...known.recipients, { name: 'Paperboat Mail', country: 'US', role: 'recipient' }],
      transfers: [{ country: 'US', safeguard: 'standard contractual clauses' }],
      ip: 'truncated',
    },
    purposes: [...DEMO_NOTICE.purposes, interest, health],
    words: { ...words, purposes: { ...words.purposes, fraud: { name: 'Fraud check', label: '', note: '' } } },
  };
}

function running(docs: NoticeDoc[], change: Partial<Running> = {}): Running {
  return {
    at: AT,
    version: VERSION,
    widgetBuild: 'b'.repeat(64),
    origin: 'https://chat.northwind.example',
    database: 'PostgreSQL',
    sslMode: 'verify-full',
    masterKey: 'environment',
    proxies: 1,
    heads: { file: true, url: false },
    auditKept: 'P12M',
    requestsKept: 'P3Y',
    breachesKept: 'P5Y',
    backup: null,
    staff: [
      { role: 'agent', count: 3 },
      { role: 'owner', count: 1 },
    ],
    sites: [{ site: demoSite(AT), notices: docs.map(published), drafts: [], began: '2026-11-30T19Z' }],
    ...change,
  };
}

const markdown = (id: (typeof PAPERS)[number], from: Running): string => paperMarkdown(makePaper(id, from));

describe('the papers (PR-73)', () => {
  it('the record of a controller lists every purpose, recipient, transfer and period of the notices in force', () => {
    const record = markdown('record-controller', running([busyNotice()]));
    const rows = record.split('\n').filter((line) => line.startsWith('|'));
    const row = (begin: string): string => rows.find((line) => line.startsWith(`| ${begin}`)) ?? '';
    expect(row('Answer my message')).toContain('Consent (GDPR Art. 6(1)(a))');
    expect(row('Answer my message')).toContain('90 days');
    expect(row('Monthly reading list')).toContain('12 months');
    expect(row('Cookie for this chat')).toContain('24 hours');
    expect(row('Fraud check')).toMatch(/Legitimate interest \(GDPR Art\. 6\(1\)\(f\)\) \| IP address \| 6 months/);
    // A purpose without words of its own is not left out.
    expect(row('aids')).toContain('special category (Art. 9): health');
    expect(row('Keeping the proof')).toContain('the IP address without its end');
    expect(row('Keeping the proof')).toContain('3 years; address and browser 30 days');
    expect(row('Harbour Hosting')).toBe('| Harbour Hosting | IE | Processor | all purposes |');
    expect(row('Paperboat Mail')).toBe('| Paperboat Mail | US | Recipient | all purposes |');
    // Named by a purpose alone: it stands there, and its country is asked for.
    expect(row('Fraud Watch')).toBe('| Fraud Watch | **\\[to fill in: Country\\]** | Recipient | Fraud check |');
    expect(row('US')).toBe('| US | standard contractual clauses |');
    expect(row('Data protection officer')).toContain('Bo Li, bo@northwind.example');
    expect(record).toContain('3 with the role agent, 1 with the role owner');
    expect(row('Accounts of staff')).toContain('the trail: 12 months');
    expect(row('Answering requests')).toContain('a request: 3 years after its answer');
    expect(row('Answering requests')).toContain('a breach: 5 years after the decision on it');
  });

  it('goes by what each language says, and tells where they part', () => {
    const other = busyNotice('de');
    const one = { ...other, controller: { ...other.controller, contact: 'datenschutz@northwind.example' } };
    const record = markdown('record-controller', running([busyNotice(), one]));
    expect(record).toContain('privacy@northwind.example (en)');
    expect(record).toContain('datenschutz@northwind.example (de)');
    expect(record.match(/Answer my message/g)).toHaveLength(1);
    expect(record).toContain(noticeHash(one));
  });

  it('names the law that the notice names', () => {
    const under = (jurisdiction: string): string => markdown('record-controller', running([{ ...busyNotice(), jurisdiction }]));
    expect(under('GB')).toContain('Consent (UK GDPR Art. 6(1)(a))');
    expect(under('BR')).toContain('Legitimate interest (LGPD Art. 7, IX)');
    expect(under('VN')).toContain('Consent (Law 91/2025 Art. 9 and 11)');
    expect(under('US-CA')).toContain('| Consent |');
  });

  it('the record of a processor names whom it works for, and leaves open who that is', () => {
    const record = markdown('record-processor', running([busyNotice()]));
    expect(record).toContain('Northwind Books Ltd, 14 Quay Street, Galway, Ireland, privacy@northwind.example');
    expect(record).toContain('**\\[to fill in: name and contact of whoever runs this relay');
    expect(record).toContain('standard contractual clauses');
  });

  it('[PR-07] the table of browsers is the list that the notice shows and the widget keeps to, and the console’s', () => {
    const names = (docs: NoticeDoc[]): string[] =>
      [...markdown('cookies', running(docs)).matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name ?? '');
    expect(names([busyNotice()])).toEqual([...STORED, AGENT_COOKIE, CONSOLE_KEY]);
    const { facts: known } = busyNotice();
    if (!known) throw new Error('there are facts');
    const longer = {
      ...busyNotice(),
      facts: { ...known, storage: [{ name: STORED[0] ?? '', life: 'P7D', thirdParties: false }] },
    };
    expect(names([longer])).toEqual([STORED[0], AGENT_COOKIE, CONSOLE_KEY]);
    expect(markdown('cookies', running([longer]))).toContain('| 7 days |');
    const without = { ...busyNotice(), facts: { ...known, storage: [] } };
    expect(markdown('cookies', running([without]))).toContain('nothing is stored in a visitor’s browser');
  });

  it('the terms have each letter of Art. 28(3), with what is done here and who else works on the data', () => {
    const terms = markdown('processor-terms', running([busyNotice()]));
    expect([...terms.matchAll(/^### \(([a-z])\)/gm)].map(([, letter]) => letter)).toEqual([...'abcdefgh']);
    expect(terms).toContain('within 24 hours of becoming aware');
    expect(terms).toContain('within 30 days');
    expect(terms).toMatch(/\| Harbour Hosting \| IE \| version 1, en \|/);
    expect(terms).not.toMatch(/\| Paperboat Mail \| US \| version/);
    expect(markdown('sub-processors', running([busyNotice()]))).toContain('How a change is announced');
  });

  it('the skeleton of an assessment has data flow, fields, sealing and roles; every table that holds a visitor’s is in it', () => {
    const impact = markdown('impact', running([busyNotice()]));
    for (const name of SUBJECT_TABLES) expect(impact).toContain(`| \`${name}\` |`);
    for (const heading of ['Art. 35(7)(a)', 'Art. 35(7)(b)', 'Art. 35(7)(c)', 'Data flow', 'Roles and access'])
      expect(impact).toContain(heading);
    expect(impact).toContain('sealed, key class messages');
    expect(impact).toContain('sslmode=verify-full');
    expect(impact).toContain('**\\[to fill in: low, medium or high; why\\]**');
  });

  it('[PR-89] the Vietnamese dossier says when it is due, where data lies, and which is sensitive', () => {
    const dossier = markdown('vietnam', running([{ ...busyNotice(), jurisdiction: 'VN' }]));
    expect(dossier).toContain('2027-01-29: 60 days from the first processing');
    expect(dossier).toContain('Countries of storage by the notice: IE.');
    expect(dossier).toMatch(/\| Sensitive personal data \| health \|/);
    expect(markdown('vietnam', running([busyNotice()], { sites: [] }))).not.toContain('2027');
  });

  it('asks the questions of the balancing test for each purpose that rests on an interest, and for no other', () => {
    const stub = markdown('interests', running([busyNotice()]));
    expect([...stub.matchAll(/^### (.*)$/gm)].map(([, name]) => name)).toEqual(['Purpose Fraud check']);
    expect(stub).toContain('Keeping fraud out of the shop');
    expect(markdown('interests', running([DEMO_NOTICE]))).toContain('no assessment is needed');
  });

  it.each(PAPERS)('%s says when and from which words it was made, how much is to fill in, and is the same again', (id) => {
    const from = running([busyNotice()]);
    const paper = makePaper(id, from);
    const made = paperMarkdown(paper);
    expect(made).toContain('| Made | 2026-11-30 19:23 UTC |');
    expect(made).toContain(`version ${VERSION}, widget build`);
    expect(made).toContain(`\`${noticeHash(busyNotice())}\``);
    expect(made).toContain(`| Places to fill in | ${countBlanks(paper)} |`);
    expect((made.match(/\[to fill in: /g) ?? []).length).toBe(countBlanks(paper));
    expect(paperMarkdown(makePaper(id, running([busyNotice()])))).toBe(made);
  });

  it('tells what the relay cannot know from what it does: a file beside the database, a link without TLS', () => {
    const at = (change: Partial<Running>): string => markdown('record-controller', running([DEMO_NOTICE], change));
    expect(at({ masterKey: 'file', database: 'SQLite' })).toContain('whoever copies the folder has both');
    expect(at({ masterKey: 'file' })).not.toContain('whoever copies the folder has both');
    expect(at({ sslMode: null })).toContain('**\\[to fill in: how the link to PostgreSQL is protected');
    expect(at({ heads: { file: false, url: false } })).toContain('No signed head of it is kept elsewhere');
    expect(at({ origin: 'http://localhost:8080' })).toContain('no address for visitors is set yet');
  });

  it('[PR-57] fills in how long backups live, as the last one was made; where none is known its owner is asked', () => {
    const backup = { at: AT, keys: 'P5D', data: 'P8W' };
    const before = running([DEMO_NOTICE]);
    const after = running([DEMO_NOTICE], { backup });
    expect(markdown('record-controller', before)).toContain('how often, how long they are kept, who can read them');
    const record = markdown('record-controller', after);
    expect(record).toContain('Backups are kept 8 weeks at most, and the keys in them 5 days');
    expect(record).toContain('The last was made on 2026-11-30.');
    expect(record).not.toContain('how long they are kept');
    const terms = (from: Running) => makePaper('processor-terms', from);
    expect(paperMarkdown(terms(before))).toContain('**\\[to fill in: until when backups that still hold it are gone');
    expect(paperMarkdown(terms(after))).toContain('are gone 8 weeks after they were made');
    expect(countBlanks(terms(after))).toBe(countBlanks(terms(before)) - 1);
  });

  it('says of a site without a notice, and of one that has ended, that there is nothing to tell', () => {
    const [one] = running([]).sites;
    if (!one) throw new Error('a site');
    expect(markdown('record-controller', running([]))).toContain('No notice of this site is published');
    const ended = { ...one, site: { ...one.site, settings: { ...one.site.settings, endedAt: AT } } };
    expect(markdown('record-controller', running([], { sites: [ended] }))).toContain('ended on 2026-11-30');
  });

  it('is of the version that the package has', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(VERSION).toBe(version);
  });
});

const HOSTILE = '<img src=x onerror=alert(1)> | `x` **b** [l](javascript:1) </td></table><script>1</script>\n# h\u202e\\';

describe('what somebody has typed, in a paper (PR-73)', () => {
  const paper = (typed: string): Paper => ({
    title: typed,
    about: typed,
    sections: [
      {
        heading: typed,
        blocks: [text(typed, blank(typed)), list([typed]), facts([typed, typed]), table([typed, 'b'], [[typed, [typed, typed]]])],
        parts: [{ heading: typed, blocks: [text(typed)] }],
      },
    ],
    made: [[typed, typed]],
  });

  it('is text on the page, and no element, whoever wrote it', () => {
    const page = paperPage(paper(HOSTILE), { links: PAPER_LINKS });
    expect(page).not.toMatch(/<img|<script|javascript:1"/);
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
    const tags = (html: string): string[] => html.match(/<[^>]*>/g) ?? [];
    expect(tags(page).map((tag) => tag.replace(/data-head="[^"]*"/, ''))).toEqual(
      tags(paperPage(paper('harmless'), { links: PAPER_LINKS })).map((tag) => tag.replace(/data-head="[^"]*"/, '')),
    );
    expect(paperPage(paper('x'), { inline: 'p {}' })).toContain('http-equiv="Content-Security-Policy"');
  });

  it('ends no cell, begins no heading and is no HTML in Markdown', () => {
    const shape = (made: string): string[] =>
      made.split('\n').map((line) => `${/^(#+ |- |\| |)/.exec(line)?.[0]}${line.split('|').length}`);
    const marked = paperMarkdown(paper(HOSTILE));
    expect(shape(marked)).toEqual(shape(paperMarkdown(paper('harmless'))));
    expect(marked).not.toMatch(/<(?!br>)/);
    expect(marked).not.toContain('\u202e');
    for (const begin of ['# h', '- l', '+ l', '1. l', '2) l', '=', '> q'])
      expect(plain(begin)).not.toMatch(/^(#|-|\+|\d+[.)]|=|>)/);
  });

  /** What means something in Markdown or HTML, more often than chance would bring it. */
  const MARKS = fc.constantFrom(...'|<>&`\\*_[]~#+-=.)\n\r');

  it('holds for whatever can be typed', () => {
    const cells = (line: string): number => line.split('|').length;
    fc.assert(
      fc.property(
        fc.string({ unit: fc.oneof(MARKS, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 })), maxLength: 60 }),
        (typed) => {
          const made = plain(typed);
          expect(made).not.toMatch(/[<>|`\n\r]/);
          expect(made.replace(/\\[*_[\]~#+=.)-]/g, '')).not.toMatch(/\\/);
          expect(cells(`| ${made} |`)).toBe(3);
        },
      ),
    );
  });
});
