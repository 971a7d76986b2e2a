import { type NoticeDoc, RIGHTS } from '../../shared/notice.ts';
import { answerPurpose, COMMON_FORM, COOKIE_PURPOSE_WORDS, COOKIE_QUESTION, cookiePurpose } from './common-words.ts';
import { storedItems } from './generated.ts';

/** The notice of the imagined shop, complete under GDPR Art. 13, as an owner would write it. */
export const DEMO_NOTICE: NoticeDoc = {
  schema: 'parley-notice/1',
  site: 'demo',
  version: 1,
  locale: 'en',
  controller: {
    name: 'Northwind Books Ltd',
    address: '14 Quay Street, Galway, Ireland',
    contact: 'privacy@northwind.example',
  },
  jurisdiction: 'EU-IE',
  authority: 'Data Protection Commission, Dublin',
  facts: {
    shortName: 'Northwind Books',
    representative: null,
    dpo: null,
    interest: null,
    recipients: [{ name: 'Harbour Hosting', country: 'IE', role: 'processor' }],
    transfers: [],
    rights: [...RIGHTS],
    automated: null,
    minAge: 16,
    storage: storedItems('P1D'),
    ip: 'full',
    authorityContact: 'https://www.dataprotection.ie',
  },
  fields: { name: 'optional', email: 'optional' },
  purposes: [
    answerPurpose('IE'),
    {
      id: 'news',
      version: 1,
      legalBasis: 'consent',
      asked: 'form',
      required: false,
      dataTypes: ['email'],
      retention: 'P12M',
      validity: 'P12M',
      recipients: [],
      storageLocations: ['IE'],
    },
    cookiePurpose('IE'),
  ],
  periods: { ip: 'P30D', proof: 'P3Y', cookie: 'P1D' },
  words: {
    form: {
      ...COMMON_FORM,
      questionHint: 'Leave out card numbers and anything about health.',
      clause:
        'Northwind Books, Galway, uses what you write here to answer you, and keeps it 90 days. As proof that you agreed: the time for 3 years, your IP address for 30 days. People decide, never a machine. Nothing leaves the EU. Withdraw any time under Privacy; what came before stays lawful.',
      promise: 'A person answers, usually within 5 minutes.',
    },
    cookie: COOKIE_QUESTION,
    purposes: {
      answer: {
        name: 'Answer my message',
        label: 'I agree that Northwind Books uses what I write to answer me.',
        note: 'I am 16 or older. Needed to start',
      },
      news: { name: 'Monthly reading list', label: 'E-mail me the monthly reading list,', note: 'optional' },
      persistence: COOKIE_PURPOSE_WORDS,
    },
  },
  full: {
    title: 'What we agree on',
    table: [
      { term: 'Who', text: 'Northwind Books, Galway' },
      { term: 'What for', text: 'To read your message and answer it' },
      { term: 'We keep', text: 'What you write. As proof that you agreed: the time' },
      { term: 'How long', text: 'Messages 90 days, proof 3 years' },
      { term: 'IP address', text: 'Kept whole as proof that you agreed, 30 days' },
      { term: 'Who else', text: 'Harbour Hosting in Dublin, for us. Nothing leaves the EU' },
      { term: 'Decided by', text: 'People, never a machine' },
      { term: 'Undo', text: 'Withdraw any time under Privacy. What came before stays lawful' },
      {
        term: 'Device',
        text: 'Nothing, unless you accept it in the chat: __Host-parley_chat, parley_resume and what is still unsent (parley_outbox), 24 hours at most',
      },
    ],
    sections: [
      {
        heading: 'Who answers for it',
        paragraphs: ['Northwind Books Ltd, 14 Quay Street, Galway, Ireland. Questions about privacy: privacy@northwind.example.'],
      },
      {
        heading: 'What we use it for, and why we may',
        paragraphs: [
          'To read your message and answer it, because you agree (GDPR, Article 6(1)(a)). To send the reading list, only if you tick that box as well. Nothing is used for advertising, and nothing is decided by a machine.',
          'Your message is needed, or there is nothing to answer. Your name and e-mail are not: leave them out and we answer all the same.',
        ],
      },
      {
        heading: 'What we keep, and how long',
        paragraphs: [
          'Your name and e-mail if you give them, and your messages: 90 days after the chat ends. Your browser at the moment you agree: 30 days; what is kept of your IP address stands in the table above. The proof that you agreed, without your messages: 3 years. Your e-mail address for the reading list: until you withdraw, 12 months at most.',
        ],
      },
      {
        heading: 'Who else can read it',
        paragraphs: [
          'Harbour Hosting, Dublin, stores it sealed and works only on our orders. Nobody else, and nothing leaves the EU.',
        ],
      },
      {
        heading: 'What is kept in your browser',
        paragraphs: [
          'Nothing, unless you accept it in the chat. Then: the cookie __Host-parley_chat, which only this chat can read; the mark parley_resume on this site, which holds a time and names nobody; and parley_outbox, what you wrote and is not yet sent. All end with the chat, after 24 hours without use at most.',
        ],
      },
      {
        heading: 'What you can ask for',
        paragraphs: [
          'A copy, a correction, erasure; that we stop or wait; to take it with you. You can withdraw what you agreed at any time under Privacy in the chat; what was done before stays lawful. You can complain to the Data Protection Commission, Dublin.',
        ],
      },
    ],
  },
};
