import { CAN_WITHDRAW, type Law, USUAL } from './common.ts';

/** CCPA: notice at collection with the period of each category; CIPA: that the chat is recorded, before the first message (PR-90). */
export const CALIFORNIA: Law = {
  ...USUAL,
  jurisdiction: 'US-CA',
  authority: 'California Privacy Protection Agency',
  authorityContact: 'https://cppa.ca.gov',
  minAge: 16,
  area: 'the US',
  basis: 'and at your request; Cal. Civ. Code §1798.100',
  use: (who) => `This chat is recorded and handled by ${who}, to answer you, and kept 90 days. We do not sell or share it.`,
  label: (who) => `I agree that ${who} records this chat to answer me.`,
  rights: [
    'To know what we have about you and get a copy, to have it corrected or deleted, to limit the use of what is sensitive, to object, and to take it with you. We answer within 45 days and treat you no worse for asking. Somebody you authorise can ask for you.',
    CAN_WITHDRAW,
    'You can complain to the California Privacy Protection Agency, cppa.ca.gov.',
  ],
  sections: [
    {
      heading: 'Notice at collection',
      paragraphs: [
        'Identifiers (your name and e-mail, if you give them): to answer you, 90 days. Your IP address: as proof, for as long as the table above says.',
        'What you write in the chat: to answer you, 90 days. Internet activity (which browser you used when you agreed): as proof, 30 days.',
        'We do not sell or share personal information, and have not in the last 12 months. We collect no sensitive personal information.',
      ],
    },
    {
      heading: 'Opting out',
      paragraphs: [
        'There is nothing to opt out of: we do not sell or share. If your browser sends Global Privacy Control, we honor it all the same, and the chat shows that it does.',
      ],
    },
    {
      heading: 'This chat is recorded',
      paragraphs: [
        'What you and we write is recorded, by us and the service provider named above, which may use it for nothing of its own.',
      ],
    },
  ],
};
