import { type NoticeDoc, RIGHTS } from '../../../shared/notice.ts';
import { answerPurpose, COMMON_FORM, COOKIE_PURPOSE_WORDS, COOKIE_QUESTION, cookiePurpose } from '../common-words.ts';
import { storedItems } from '../generated.ts';

/** What each ready-made notice says of backups: the usual lives of server/backup/lives.ts, in words (PR-57). */
export const BACKUPS_SAID =
  'Copies against loss are kept for 35 days at most. Of what is erased nobody can read anything in them after 7 days';

/** Who answers for the chat. What only the owner knows stands in square brackets: the linter lets none be published. */
export interface Owner {
  name: string;
  shortName: string;
  address: string;
  contact: string;
  dpo: string | null;
  phone?: string;
  email?: string;
}

export const UNKNOWN_OWNER: Owner = {
  name: '[Name of your company]',
  shortName: '[Short name]',
  address: '[Postal address]',
  contact: '[E-mail for questions about privacy]',
  dpo: null,
};

/** What a law adds to the common text. Each function takes the short name of who answers. */
export interface Law {
  jurisdiction: string;
  authority: string;
  /** Where it takes complaints on the web. */
  authorityContact?: string;
  /** Whom the law wants named for questions; null where most owners need nobody. */
  officer: { called: string; contact: string } | null;
  minAge: number;
  /** How long this law makes providers keep time and address of each access (PR-62); left out where it does not. */
  accessLog?: string;
  /** Where data stays, as it is said: “the EU”. */
  area: string;
  /** On what the answer rests, as the full text says it. */
  basis: string;
  /** The words above the box: without who decides, where it goes and how to withdraw, which are everybody's. */
  use(who: string): string;
  label(who: string): string;
  hint: string;
  /** What a visitor can ask for, and where to complain. */
  rights: string[];
  sections: NoticeDoc['full']['sections'];
}

/** What most laws have in common, in the words of this chat. */
export const USUAL = {
  officer: null,
  use: (who) => `${who} uses what you write here to answer you, and keeps it 90 days.`,
  label: (who) => `I agree that ${who} uses what I write to answer me.`,
  hint: 'Please do not send card numbers or anything about health.',
} satisfies Partial<Law>;
export const CAN_ASK = 'A copy, a correction, erasure; that we stop or wait; to take it with you. We answer within one month.';
export const CAN_WITHDRAW =
  'You can withdraw what you agreed at any time under Privacy in the chat; what was done before stays lawful.';

const HOST = '[Name of your hosting provider]';
const COUNTRY = '[Country code]';

/** The common text under one law, complete but for what stands in brackets. */
export function noticeUnder(law: Law, site: string, owner: Owner): NoticeDoc {
  const { name, shortName: who, address, contact } = owner;
  const dpo = owner.dpo ?? law.officer?.contact ?? null;
  return {
    schema: 'parley-notice/1',
    site,
    version: 1,
    locale: 'en',
    controller: { name, address, contact },
    jurisdiction: law.jurisdiction,
    authority: law.authority,
    facts: {
      shortName: who,
      representative: null,
      dpo,
      interest: null,
      recipients: [{ name: HOST, country: COUNTRY, role: 'processor' }],
      transfers: [],
      rights: [...RIGHTS],
      automated: null,
      minAge: law.minAge,
      storage: storedItems('P1D'),
      ...(law.accessLog && { accessLog: law.accessLog }),
      ...(law.authorityContact && { authorityContact: law.authorityContact }),
      ip: 'full',
      ...(owner.phone !== undefined && { phone: owner.phone }),
      ...(owner.email !== undefined && { email: owner.email }),
    },
    fields: { name: 'optional', email: 'optional' },
    purposes: [answerPurpose(COUNTRY), cookiePurpose(COUNTRY)],
    periods: { ip: 'P30D', proof: 'P3Y', cookie: 'P1D' },
    words: {
      form: {
        ...COMMON_FORM,
        questionHint: law.hint,
        clause: `${law.use(who)} As proof that you agreed: the time for 3 years, your IP address for 30 days. People decide, never a machine. Nothing leaves ${law.area}. Withdraw any time under Privacy; what came before stays lawful.`,
        promise: 'A person answers here.',
      },
      cookie: COOKIE_QUESTION,
      purposes: {
        answer: {
          name: 'Answer my message',
          label: law.label(who),
          note: `I am ${law.minAge} or older. Needed to start`,
        },
        persistence: COOKIE_PURPOSE_WORDS,
      },
    },
    full: {
      title: 'What we agree on',
      table: [
        { term: 'Who', text: name },
        { term: 'What for', text: 'To read your message and answer it' },
        { term: 'We keep', text: 'What you write. As proof that you agreed: the time' },
        { term: 'How long', text: 'Messages 90 days, proof 3 years' },
        { term: 'IP address', text: 'Kept whole as proof that you agreed, 30 days' },
        { term: 'Who else', text: `${HOST}, for us. Nothing leaves ${law.area}` },
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
          paragraphs: [
            `${name}, ${address}. Questions about privacy: ${contact}.`,
            ...(dpo ? [`Our ${law.officer?.called ?? 'data protection officer'}: ${dpo}.`] : []),
          ],
        },
        {
          heading: 'What we use it for, and why we may',
          paragraphs: [
            `To read your message and answer it, because you agree (${law.basis}). For nothing else: not for advertising, and nothing is decided by a machine.`,
            'Your message is needed, or there is nothing to answer. Your name and e-mail are not: leave them out and we answer all the same.',
          ],
        },
        {
          heading: 'What we keep, and how long',
          paragraphs: [
            'Your name and e-mail if you give them, and your messages: 90 days after the chat ends. Which browser you used when you agreed: 30 days. The proof that you agreed, without your messages: 3 years. The table above says what is kept of your IP address.',
            `${BACKUPS_SAID}, and a copy that is put back is erased from again first.`,
          ],
        },
        {
          heading: 'Who else can read it',
          paragraphs: [`${HOST} stores it sealed and works only on our orders. Nobody else, and nothing leaves ${law.area}.`],
        },
        {
          heading: 'What is kept in your browser',
          paragraphs: [
            'Nothing, unless you accept it in the chat. What that is, and for how long, stands in the table above under Device.',
          ],
        },
        ...law.sections,
        { heading: 'What you can ask for', paragraphs: law.rights },
      ],
    },
  };
}
