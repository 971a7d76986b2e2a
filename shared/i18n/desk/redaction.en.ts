/** What the console says about what is taken out before it is stored. */
export const redactionEn = {
  title: 'Redaction',
  lead: 'What people should not have to write in a chat is taken out before anything is stored: visitors are asked first, and the relay looks again. What is stored already stays.',
  site: 'Site',
  save: 'Save',
  saved: 'Saved. It holds for every message from now on.',
  notSaved: 'Not saved. {why}',
  unsaved: 'Not saved yet',
  mend: 'A pattern cannot be used yet. What is wrong stands beneath it.',

  kinds: 'Card numbers and accounts',
  cards: 'Card numbers',
  cardsHint: '12 to 19 digits of a known issuer, with a right check digit.',
  ibans: 'Bank accounts (IBAN)',
  ibansHint: 'Of all countries that have them, with right check digits.',
  'mode.remove': 'Take out',
  'mode.ask': 'Ask, the visitor decides',
  'mode.off': 'Leave alone',
  modes:
    '“Take out”: whatever the visitor answers, it is never stored. “Ask”: who was asked may send it as it is; from whoever was not asked, and from agents, it is taken out.',

  own: 'Your own patterns',
  ownHint:
    'For member numbers, case numbers and the like. # is a digit, @ a letter, * either, + after one of them one or more, a space a gap or none; \\ before one of these means the character itself. Visitors’ browsers get the patterns, to ask before they send.',
  name: 'Name',
  nameHint: 'Stands in the question and in place of what was taken out.',
  pattern: 'Pattern',
  mode: 'What is done',
  add: 'Add a pattern',
  full: 'There are {count} patterns; that is the most.',
  remove: 'Remove {name}',
  unnamed: 'the pattern without a name',
  none: 'None yet.',

  spared: 'Your own numbers',
  sparedHint: 'One a line: accounts that agents give to visitors. They stay as they are. Visitors’ browsers get them too.',

  try: 'Try it',
  tryHint: 'Write as a visitor would. Nothing of this is sent or kept.',
  tryStart: 'My card is 4111 1111 1111 1111 and my account is DE89 3704 0044 0532 0130 00.',
  tryLabel: 'A message',
  stands: 'What would be stored',
  nothing: 'Nothing is taken out.',

  'fault.empty': 'Write a pattern, such as KD-#####.',
  'fault.long': 'At most {max} characters.',
  'fault.loose':
    'This would take out ordinary words or numbers. At least four places, and a # or three fixed letters among them.',
  'fault.run': 'A + goes after #, @ or *, once.',
  'fault.greedy': 'What comes after a + must be something that its run cannot hold.',
  'fault.escape': 'A \\ at the end stands before nothing.',
  'fault.name': 'Give it a name of at most 40 characters, without brackets.',
  'fault.spared': 'At most {max} lines of {length} characters.',
} as const;
