import type { Law } from './common.ts';

/** GDPR, with the ePrivacy Directive for the cookie. The authority is that of the owner's country. */
export const EU: Law = {
  jurisdiction: 'EU-[Country code]',
  authority: '[Data protection authority of your country]',
  officer: null,
  minAge: 16,
  area: 'the EU',
  basis: 'GDPR, Article 6(1)(a)',
  use: (who) => `${who} uses what you write here to answer you, and keeps it 90 days.`,
  label: (who) => `I agree that ${who} uses what I write to answer me.`,
  hint: 'Please do not send card numbers or anything about health.',
  rights: [
    'A copy, a correction, erasure; that we stop or wait; to take it with you. We answer within one month.',
    'You can withdraw what you agreed at any time under Privacy in the chat; what was done before stays lawful.',
    'You can complain to the [Data protection authority of your country].',
  ],
  sections: [],
};
