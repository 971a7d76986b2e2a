/** What the widget says under Privacy once something was agreed. */
export const privacyWords = {
  agreedList: 'What you agreed to, and when',
  yes: 'Agreed, {time}',
  no: 'Not agreed, {time}',
  takenBack: 'Taken back, {time}',
  notAnswered: 'Not answered',
  ranOut: 'Agreed, {time}. It has run out.',
  cookieGone: 'Agreed, {time}. The cookie is gone.',
  cookieLost: 'Your browser did not keep the cookie. This chat ends with this page.',
  notice: 'Notice {version}',
  receipt: 'Receipt {number}',
  change: 'Change',
  withdraw: 'Withdraw',
  withdrawSure: 'Withdraw and close the chat',
  noAnswer: 'No answer came, and nothing was changed. Try again.',
} as const;
