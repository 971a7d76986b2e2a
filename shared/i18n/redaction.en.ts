/** What stands in the place of what was taken out of a text, for everybody who reads it. */
export const redactionWords = {
  'mark.card': '[card number removed]',
  'mark.iban': '[account number removed]',
  'mark.own': '[{name} removed]',
} as const;
