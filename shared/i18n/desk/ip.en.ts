/** The desk's page on the IP address: how much of it is kept, and who sees it. */
export const ipEn = {
  title: 'IP address',
  lead: 'How much of a visitor’s IP address is kept as proof that they agreed, and who sees it.',

  mode: 'What is kept',
  full: 'The whole address',
  fullText: 'Shows from where it was agreed. Sealed, apart from the chat, and erased at a period of its own.',
  truncated: 'Without its end',
  truncatedText: 'The network alone, such as 203.0.113.0/24. It proves less, and says less about a person.',
  none: 'Nothing',
  noneText: 'No address is kept. The time, the words and the kind of browser remain as proof.',
  modeWhy:
    'To keep less is in force at once. To keep more waits for a notice that says so: visitors are told before they agree. What was kept before goes at its own period.',
  says: 'Notice {version}, {locale}, says the same.',
  saysMore: 'Notice {version}, {locale}, says more: “{said}”. Less is kept all the same.',
  saysLess: 'Notice {version}, {locale}, says less: “{said}”. No more is kept under it.',
  savedNow: 'Saved. It holds for those who agree from now on.',
  savedLater: 'Saved. It holds for those who agree once the notice says so.',
  draft: 'A draft with the words is made. Publish it, so that the notice says what is set.',
  toNotices: 'To the notices',

  viewers: 'Who sees it beside a chat',
  owner: 'Owners',
  ownerText: 'Nobody else sees any part of it.',
  privacy: 'Owners and the privacy role',
  privacyText: 'Those who answer for the data. This is what holds unless you choose otherwise.',
  agent: 'Everyone at the desk',
  agentText: 'Agents too. Choose it where they need the address for their work, against abuse for example.',
  viewersWhy:
    'It stands there with its end covered. Each look at all of it is written into the audit before it is shown. To other roles no part is shown.',
  savedViewers: 'Saved. It is in force.',
} as const;
