import { CAN_ASK, CAN_WITHDRAW, type Law, USUAL } from './common.ts';

/** GDPR, with the ePrivacy Directive for the cookie. The authority is that of the owner's country. */
export const EU: Law = {
  ...USUAL,
  jurisdiction: 'EU-[Country code]',
  authority: '[Data protection authority of your country]',
  minAge: 16,
  area: 'the EU',
  basis: 'GDPR, Article 6(1)(a)',
  rights: [CAN_ASK, CAN_WITHDRAW, 'You can complain to the [Data protection authority of your country].'],
  sections: [],
};
