import type { CookieWord, FormWord, NoticePurpose, PurposeWords } from '../../shared/notice.ts';

/** What the imagined shop's notice and the ready-made ones have in common, in English. */

export const COMMON_FORM: Omit<Record<FormWord, string>, 'questionHint' | 'clause' | 'promise'> = {
  question: 'What would you like to know?',
  questionPlaceholder: 'Nothing leaves before you press Start.',
  name: 'Name',
  email: 'E-mail',
  optional: 'optional',
  needed: 'needed',
  readFull: 'Read it in full',
  start: 'Start the chat',
  away: 'Nobody is here now. Your message will wait.',
};

/** The question about the cookie, for a life of 24 hours. */
export const COOKIE_QUESTION: Record<CookieWord, string> = {
  title: 'Keep this chat when you change page?',
  body: 'With one cookie, __Host-parley_chat, that only this chat can read, and a mark on this site, parley_resume, that names nobody. What is unsent waits in parley_outbox until this tab closes. All end with the chat, after 24 hours without use at most.',
  refuse: 'Refuse',
  accept: 'Accept',
};

export const COOKIE_PURPOSE_WORDS: PurposeWords = {
  name: 'Cookie for this chat',
  label: 'Keep this chat when I change page',
  note: 'optional',
};

/** What the chat rests on, with what is stored in one country. */
export function answerPurpose(country: string): NoticePurpose {
  return {
    id: 'answer',
    version: 1,
    legalBasis: 'consent',
    asked: 'form',
    required: true,
    dataTypes: ['message', 'name', 'email', 'ip', 'time'],
    retention: 'P90D',
    validity: 'P12M',
    recipients: [],
    storageLocations: [country],
  };
}

export function cookiePurpose(country: string): NoticePurpose {
  return {
    id: 'persistence',
    version: 1,
    legalBasis: 'consent',
    asked: 'chat',
    required: false,
    dataTypes: ['device identifier'],
    retention: 'P1D',
    validity: 'P6M',
    recipients: [],
    storageLocations: [country],
  };
}
