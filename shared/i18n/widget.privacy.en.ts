/** What the widget says under Privacy once something was agreed. */
export const privacyWords = {
  agreedList: 'What you agreed to, and when',
  yes: 'Agreed, {time}',
  no: 'Not agreed, {time}',
  takenBack: 'Taken back, {time}',
  notAnswered: 'Not answered',
  ranOut: 'Agreed, {time}. It has run out.',
  hasRunOut: 'Ran out, {time}',
  termsChanged: 'The terms changed, {time}. Not agreed since.',
  cookieGone: 'Agreed, {time}. The cookie is gone.',
  cookieLost: 'Your browser did not keep the cookie. This chat ends with this page.',
  notice: 'Notice {version}',
  gpc: 'Your browser asks that nothing goes to third parties (Global Privacy Control). That is done.',
  managedYes: 'The privacy settings of this page allow it. You can take it back there as well.',
  managedNo: 'The privacy settings of this page do not allow it. You can change that there.',
  change: 'Change',

  withdraw: 'Withdraw',
  withdrawWhat: 'The chat closes at once.',
  withdrawBeside: 'All that you agreed to beside the chat ends. What came before stays lawful.',
  withdrawDo: 'Take it back',
  withdrawSure: 'Withdraw and close the chat',
  withdrawing: 'Withdrawing',
  withdrawn: 'You took back your agreement',
  withdrawnAt: '{time}. The chat is closed, and nobody can write to you in it.',

  yours: 'Your data',
  receipt: 'Receipt {number}',
  getReceipt: 'Get it',
  openReceipt: 'Open it, to print or save',

  seePeople: 'Who answers, and whom you can complain to',
  answers: 'Who answers',
  officer: 'Data protection officer',

  noSession:
    'Not done: this page’s session is over. The chat was ended, withdrawn or erased elsewhere, or its cookie is gone. Unless it is erased, a receipt’s link can still do it.',
  elsewhere: 'This page’s session is over, so nothing can be done from here. With a receipt’s link it still can.',
} as const;
