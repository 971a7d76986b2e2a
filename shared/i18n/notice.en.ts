/** The words of a notice that the relay makes of a site's settings, and what an owner is told when the two part. */
export const noticeWords = {
  'period.D': '{count} days',
  'period.D.one': '24 hours',
  'period.W': '{count} weeks',
  'period.W.one': '1 week',
  'period.M': '{count} months',
  'period.M.one': '1 month',
  'period.Y': '{count} years',
  'period.Y.one': '1 year',
  'proof.full': 'As proof that you agreed: the time for {proof}, your IP address for {ip}.',
  'proof.truncated': 'As proof that you agreed: the time for {proof}, your IP address without its end for {ip}.',
  'proof.none': 'As proof that you agreed: the time for {proof}.',
  'row.ip': 'IP address',
  'row.ip.full': 'Kept whole as proof that you agreed, {ip}',
  'row.ip.truncated': 'Kept without its end as proof that you agreed, {ip}',
  'row.ip.none': 'Not kept',
  'row.device': 'Device',
  'row.device.asked':
    'Nothing, unless you accept it in the chat: __Host-parley_chat, parley_resume and what is still unsent (parley_outbox), {life} at most',
  'row.device.none': 'Nothing',
  'cookie.body':
    'With one cookie, __Host-parley_chat, that only this chat can read, and a mark on this site, parley_resume, that names nobody. What is unsent waits in parley_outbox until this tab closes. All end with the chat, after {life} without use at most.',
  'setting.ip.full': 'whole',
  'setting.ip.truncated': 'without their end',
  'setting.ip.none': 'not at all',
  'note.ip':
    'The setting is to keep IP addresses {setting}; the notice in force says {published}. The relay does as the notice says until you publish the draft.',
  'note.ip.less':
    'The setting is to keep IP addresses {setting}; the notice in force says {published}. No more than the setting is kept from now on; publish the draft, so that the notice says what is done.',
  'note.cookie':
    'The setting gives the cookie {setting}; the notice in force says {published}. The relay does as the notice says until you publish the draft.',
  'row.after': 'After you withdraw',
  'row.after.contract': 'The agents can still read the chat until it is erased, because the contract with you needs it',
  'row.after.legal_obligation': 'The agents can still read the chat until it is erased, because the law obliges us to keep it',
  'row.after.public_task': 'The agents can still read the chat until it is erased, because a public task needs it',
  'row.after.legal_claims': 'The agents can still read the chat until it is erased, for claims at law',
  'setting.after.locked': 'not at all',
  'setting.after.contract': 'for the contract',
  'setting.after.legal_obligation': 'for a legal duty',
  'setting.after.public_task': 'for a public task',
  'setting.after.legal_claims': 'for claims at law',
  'note.after':
    'The setting is that agents read a chat after its withdrawal {setting}; the notice in force says {published}. Where the two differ it stays locked, until you publish the draft and for whoever agreed before.',
  'note.words': 'Words made from the settings are missing in the notice in force. The draft has them.',
} as const;
