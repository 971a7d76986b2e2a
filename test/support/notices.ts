import { DEMO_NOTICE } from '../../server/notices/demo-notice.ts';
import { DEMO_SITE_ID } from '../../server/sites/demo-site.ts';
import { type NoticeDoc, noticeHash, plainDoc } from '../../shared/notice.ts';
import type { TestRelay } from './start-relay.ts';

const MAILER = 'Paperboat Mail, Cork';

/** The demo's notice with a reading list that somebody else sends: complete, as the linter asks. */
export function noticeWithThirdParty(): NoticeDoc {
  const { facts, full, purposes } = DEMO_NOTICE;
  if (!facts) throw new Error('the demo has its facts');
  return {
    ...DEMO_NOTICE,
    version: 2,
    purposes: purposes.map((purpose) => (purpose.id === 'news' ? { ...purpose, recipients: [MAILER] } : purpose)),
    facts: { ...facts, recipients: [...facts.recipients, { name: MAILER, country: 'IE', role: 'recipient' }] },
    full: { ...full, sections: [...full.sections, { heading: 'Who sends the list', paragraphs: [`${MAILER}.`] }] },
  };
}

/** The demo's notice with two purposes that rest on an interest; with `asGate` the chat itself rests on one. */
export function noticeWithInterest(asGate: boolean): NoticeDoc {
  const base = noticeWithThirdParty();
  const [answer, ...others] = base.purposes;
  if (!answer || !base.facts) throw new Error('the demo has a purpose');
  const statistics = {
    ...answer,
    id: 'statistics',
    required: false,
    legalBasis: 'legitimate_interest' as const,
    validity: 'P1Y',
  };
  const first = asGate ? { ...answer, legalBasis: 'legitimate_interest' as const, required: false } : answer;
  const words = { name: 'Counting answers', label: '', note: '' };
  return plainDoc({
    ...base,
    purposes: [first, ...others, statistics],
    facts: { ...base.facts, interest: 'To know how long answers take.' },
    words: { ...base.words, purposes: { ...base.words.purposes, statistics: words } },
  });
}

/** The same, with the chat on a contract, and, where nothing is `asked`, no box at all: nobody agrees to anything. */
export function noticeWithContract(asked: boolean): NoticeDoc {
  const { purposes, ...base } = noticeWithInterest(true);
  const [answer, ...others] = purposes;
  if (!answer) throw new Error('the demo has a purpose');
  const all = [{ ...answer, legalBasis: 'contract' as const }, ...others];
  return plainDoc({ ...base, purposes: asked ? all : all.filter(({ legalBasis }) => legalBasis !== 'consent') });
}

/** The demo's notice with a purpose of a special category: asked apart, explicitly. */
export function noticeWithHealth(): NoticeDoc {
  const { purposes, words } = DEMO_NOTICE;
  const [answer, ...others] = purposes;
  if (!answer) throw new Error('the demo has a purpose');
  const aids = { ...answer, id: 'aids', required: false, special: true as const, dataTypes: ['health'] };
  const label = 'I explicitly agree that Northwind Books uses what I write about my health to find aids for reading.';
  return {
    ...DEMO_NOTICE,
    version: 2,
    purposes: [answer, aids, ...others],
    words: { ...words, purposes: { ...words.purposes, aids: { name: 'Aids for reading', label, note: 'optional' } } },
  };
}

/** What an owner would write in place of each bracket of a ready-made notice. */
const FILLED: Record<string, string> = {
  'Name of your company': 'Kite & Company Limited',
  'Short name': 'Kite & Co, Salthill',
  'Postal address': '3 Strand Road, Galway',
  'E-mail for questions about privacy': 'privacy@kite.example',
  'Name of your hosting provider': 'Harbour Hosting',
  'Country code': 'IE',
  'Data protection authority of your country': 'Data Protection Commission, Dublin',
  'Name and e-mail of your encarregado': 'Bo Li, bo@kite.example',
  'Name and e-mail of your data protection officer': 'Bo Li, bo@kite.example',
};

/** A ready-made notice as it stands once its owner has filled it in. */
export function filledIn(doc: NoticeDoc): NoticeDoc {
  const text = JSON.stringify(doc).replace(/\[([^[\]"]+)\]/g, (whole, what: string) => FILLED[what] ?? whole);
  return JSON.parse(text) as NoticeDoc;
}

/** From now on chats begin under words as Brazil's, by which time and address of each access are kept (PR-62). */
export async function keepAccessUnder({ ctx }: Pick<TestRelay, 'ctx'>): Promise<void> {
  const { facts } = DEMO_NOTICE;
  if (!facts) throw new Error('no facts');
  const doc: NoticeDoc = { ...DEMO_NOTICE, version: 2, jurisdiction: 'BR', facts: { ...facts, accessLog: 'P6M' } };
  const row = { hash: noticeHash(doc), siteId: DEMO_SITE_ID, version: 2, locale: 'en', doc, publishedAt: ctx.clock() };
  await ctx.store.write((tx) => tx.insertNotice(row));
}
