import type { Law } from './common.ts';

/** UK GDPR, PECR and the Data (Use and Access) Act 2025: the complaint goes to the controller first (PR-88). */
export const UK: Law = {
  jurisdiction: 'GB',
  authority: 'Information Commissioner’s Office (ICO)',
  officer: null,
  minAge: 13,
  area: 'the UK',
  basis: 'UK GDPR, Article 6(1)(a)',
  use: (who) => `${who} uses what you write here to answer you, and keeps it 90 days.`,
  label: (who) => `I agree that ${who} uses what I write to answer me.`,
  hint: 'Please do not send card numbers or anything about health.',
  rights: [
    'A copy, a correction, erasure; that we stop or wait; to take it with you. We answer within one month.',
    'You can withdraw what you agreed at any time under Privacy in the chat; what was done before stays lawful.',
  ],
  sections: [
    {
      heading: 'If you want to complain',
      paragraphs: [
        'Complain to us first, in this chat or at the address above. We acknowledge your complaint within 30 days, look into it without undue delay, and tell you what came of it.',
        'You can also complain to the Information Commissioner’s Office (ICO), ico.org.uk.',
      ],
    },
  ],
};
