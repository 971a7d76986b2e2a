import { CAN_ASK, CAN_WITHDRAW, type Law, USUAL } from './common.ts';

/** UK GDPR, PECR and the Data (Use and Access) Act 2025: the complaint goes to the controller first (PR-88). */
export const UK: Law = {
  ...USUAL,
  jurisdiction: 'GB',
  authority: 'Information Commissioner’s Office (ICO)',
  authorityContact: 'https://ico.org.uk/make-a-complaint',
  minAge: 13,
  area: 'the UK',
  basis: 'UK GDPR, Article 6(1)(a)',
  rights: [CAN_ASK, CAN_WITHDRAW],
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
