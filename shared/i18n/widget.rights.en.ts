/** What the chat under Privacy and the page of the receipts say alike of what a visitor may ask for. */
export const rightsWords = {
  'reading.locked': 'Once withdrawn, agents cannot read the chat. Who answers for {site} can open it; each look is recorded.',
  'reading.contract': 'Once withdrawn, agents can still read the chat until it is erased: a contract with you needs it.',
  'reading.legal_obligation':
    'Once withdrawn, agents can still read the chat until it is erased: the law obliges {site} to keep it.',
  'reading.public_task': 'Once withdrawn, agents can still read the chat until it is erased: a public task needs it.',
  'reading.legal_claims': 'Once withdrawn, agents can still read the chat until it is erased: for claims at law.',

  seeForm: 'See the form as you saw it',
  complain: 'Complaints to',
  complainText: 'You can also complain to the authority where you live or work.',

  seeAboutYou: 'See or correct your name and e-mail',
  aboutYou: 'What you said of yourself',
  name: 'Name',
  email: 'E-mail',
  putRight: 'Put it right',
  saving: 'Saving',
  saved: 'It is put right. Whoever may read the chat sees it so.',
  wrongField: 'This cannot be kept so. Look at the address, and at what is needed.',

  download: 'Download everything',
  downloading: 'Packing',
  downloaded: 'Downloaded: what was written, what you agreed to, and all else that is kept about you.',

  erase: 'Erase everything',
  eraseText:
    'What was written here, your name and e-mail, the record of what you agreed and what was kept to prove it: all of it goes at once, here and at the agents. It cannot be brought back. If you want a copy, download it before.',
  left: 'What is left afterwards, why, and until when',
  leftComing: 'Fetching what is left afterwards…',
  leftUnknown: 'What is left afterwards cannot be shown. {why} You can erase all the same.',
  eraseSure: 'Erase everything for good',
  erasing: 'Erasing',
  alsoErase: 'Erase everything as well?',
  alsoEraseText: 'Nothing is erased by taking back: what was written and the proof that you agreed stay for their periods.',
  leaveIt: 'Leave it',
  erasedTitle: 'Everything was erased',
  erasedText:
    '{time}. {rows} rows and their keys are gone. The certificate says so, as entry {seq} of the ledger, and does not name you.',
  erasedOther:
    'It was done from another page, or by who answers here. What was written, and all that was kept with it, is gone, here and at the agents.',
  erasedLost:
    'What was written, and all that was kept with it, is gone, here and at the agents. The certificate is with the page that asked first, or was lost on its way to this one.',
  saveCertificate: 'Save the certificate',

  tooOften: 'Not done: asked too often from here. Try again in {time}.',
  cannotNow: 'Not done: the chat’s server cannot do it right now. Try again in a minute.',
  notDownloaded: 'No answer came, so nothing was downloaded. Try again.',
  notHere: 'No answer came. Try again.',
  noAnswer: 'No answer came. It may have arrived all the same: try again, it counts once.',
} as const;
