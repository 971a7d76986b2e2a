import { CAN_WITHDRAW, type Law, USUAL } from './common.ts';

/** Law 91/2025/QH15 with Decree 356/2025: rights and duties, the sentence on sensitive data, the officer (PR-89). */
export const VIETNAM: Law = {
  ...USUAL,
  jurisdiction: 'VN',
  authority: 'Ministry of Public Security, Department A05',
  officer: { called: 'data protection officer', contact: '[Name and e-mail of your data protection officer]' },
  minAge: 16,
  area: 'Vietnam',
  basis: 'Law 91/2025/QH15, Articles 9 and 11',
  use: (who) => `${who} uses your message, name and e-mail to answer you, and keeps them 90 days.`,
  hint: 'Please do not send sensitive personal data, such as health or bank details.',
  rights: [
    'To know; to agree and to withdraw; access, a copy and correction; erasure; that we restrict or stop; to object; to take it with you; to complain, denounce, sue and claim damages; to ask for measures of protection. We acknowledge within 2 working days and act within 10 to 20 days.',
    CAN_WITHDRAW,
    'You can complain to the Ministry of Public Security, Department A05 (cyber security and high-tech crime).',
  ],
  sections: [
    {
      heading: 'Types of data',
      paragraphs: [
        'Basic personal data: your message; your name and e-mail, if you give them; the time, your browser and what the table above says of your IP address.',
        'We ask for no sensitive personal data. What tells of health, beliefs, politics, origin, private life, biometrics, bank accounts or place is sensitive personal data, and so is following what you do on a site: this chat does not. If you write such a thing all the same, this is sensitive personal data, and we use it to answer you alone.',
      ],
    },
    {
      heading: 'Your duties',
      paragraphs: [
        'To protect your own data and ask others to protect it; to respect the data of others, and not to write it here without their leave; to give what is needed whole and correct; to keep to the law on personal data.',
      ],
    },
    {
      heading: 'Across the border',
      paragraphs: [
        'Your data is stored in Vietnam and is not transferred abroad. If that changes, an assessment of the transfer is filed first, this notice says to whom and where, and you are asked again.',
      ],
    },
    {
      heading: 'Silence is not consent',
      paragraphs: [
        'The box is empty until you tick it, for this purpose alone. A copy of what you agreed, to print or to save, stands in the chat under Privacy.',
      ],
    },
  ],
};
