/** What the widget asks before something is sent that need not be. */
export const askFirstWords = {
  'title.card': 'This looks like a card number',
  'title.iban': 'This looks like an account number (IBAN)',
  'title.own': 'Better left out: {name}',
  'title.many': '{count} numbers here are better left out',
  text: '{site} does not keep this from a chat. Taken out here, it never leaves your device.',
  textMay: '{site} would rather not keep this. Taken out here, it never leaves your device.',
  would: 'What would be sent',
  take: 'Send without it',
  takeMany: 'Send without them',
  asIs: 'Send as it is',
  change: 'Change it',
  mend: '{title}. Change it here.',
  long: 'With what stands in its place, this is too long. Shorten it.',
} as const;
