/** The letters that answer a request by right. The controller speaks, by its name; whoever sends one may change every word. */
export const answerWords = {
  subject: 'Your request {number} to {controller}',
  hello: 'Hello,',
  'hello.name': 'Hello {name},',
  sign: '{controller}\n{address}\n{contact}',
  reference: 'Reference: {number}',

  'asked.access': 'On {received} you asked {controller} for a copy of what it holds about you.',
  'asked.rectify': 'On {received} you asked {controller} to correct what it holds about you.',
  'asked.erase': 'On {received} you asked {controller} to erase what it holds about you.',
  'asked.restrict': 'On {received} you asked {controller} to keep what it holds about you, and not to use it.',
  'asked.object': 'On {received} you objected to what {controller} does with your data.',
  'asked.withdraw': 'On {received} you took back what you had agreed to with {controller}.',
  'asked.complaint': 'On {received} you complained to {controller} about what it does with your data.',
  'asked.other': 'On {received} you wrote to {controller} about your data.',

  // Carried out
  'done.access':
    'The copy comes with this letter, as one ZIP file. Open index.html in it to read; export.json holds the same for other programs. In it is everything from your chats: what was written, what the form asked, what you agreed to and in which words, what proves it, and what was done with it here. It also says what your data is used for, for how long, who receives it and which rights you have.',
  'done.rectify': 'What the form had asked is corrected. The earlier values are not kept beside it.',
  'done.erase':
    'It is erased: every message, what the form had asked, the record of what you agreed to, what proved it, and the keys that all of it was sealed with. {rows} rows went. Certificate {erasure} says what was erased and when, and names nobody.',
  'done.erase.stays': 'This is left, with why and until when:\n\n{left}',
  'done.restrict':
    'What is held about you is restricted. It is kept, and nobody uses it or looks at it in the chat, until the restriction ends. You will be told before it does.',
  'done.object': 'What you objected to has stopped.',
  'done.withdraw':
    'It is taken back: {purposes}. The chat is closed, and nothing further is done on that ground. What was done before stays as it was.',
  'done.withdraw.none': 'Nothing that you had agreed to is in force any more. The chat is closed.',
  'done.complaint': 'Your complaint was looked into. {fill}',
  'done.other': '{fill}',
  fill: '[Write here what was found, and what is done about it.]',
  'fill.part': '[Write here what was done, and what was not.]',

  // Not, or not all
  partly: 'Part of it is done. {fill}',
  refused: '{controller} does not do this.',
  because: 'The reason: {ground}',
  taken_back: 'You have since taken this request back. Nothing was changed. You can ask again at any time.',
  not_identified:
    '{controller} cannot tell which data would be yours. Those who chat have no account, and nothing in your request could be matched to one chat beyond doubt. So it can neither confirm that there is data about you nor do what you asked{article11}.',
  'not_identified.help':
    'If you have chatted with {controller}, you can show which chat is yours. The address on your receipt is enough. Without it, send two of these: the e-mail address that you gave, the day of the chat, a sentence from it, the number of a receipt. No identity document is needed; send none.',
  article11: ' (Art. 11(2) {law})',

  'ground.unfounded': 'the request is manifestly unfounded{a12}.',
  'ground.excessive': 'the same was asked so often that it is manifestly excessive{a12}.',
  'ground.others_rights': 'it would take from the rights of other people{a15}.',
  'ground.legal_obligation': 'a law obliges {controller} to keep this data{a17b}.',
  'ground.legal_claims': 'the data is needed to make or to defend legal claims{a17e}.',
  'ground.compelling': 'there are compelling grounds to go on, which weigh more than yours{a21}.',
  'ground.accurate': 'what is held was checked, and is correct{a16}.',
  'ground.not_applicable': 'this right does not apply to how the data is used here.',
  a12: ' (Art. 12(5) {law})',
  a15: ' (Art. 15(4) {law})',
  a16: ' (Art. 16 {law})',
  a17b: ' (Art. 17(3)(b) {law})',
  a17e: ' (Art. 17(3)(e) {law})',
  a21: ' (Art. 21(1) {law})',

  complain: 'If you do not agree with this answer, you can complain to {authority}. You can also go to court.',

  // On the way
  acknowledgement:
    '{controller} has received it. You will have an answer by {due}. It costs nothing. If anything is missing to find your data, you will be asked.',
  'acknowledgement.standing': '{controller} has received it, and answers as soon as it is known which chat is yours.',
  identity:
    'To be sure that nobody else gets or changes your data, {controller} has to know which chat is yours. The address on your receipt is enough. Without it, send two of these: the e-mail address that you gave, the day of the chat, a sentence from it, the number of a receipt. No identity document is needed; send none.',
  'extension.complex': 'It takes longer than the time that the law gives at first, because what you ask for is complex.',
  'extension.many': 'It takes longer than the time that the law gives at first, because you asked for several things at once.',
  extended: 'You will have the answer by {due}.',

  'law.eu': 'GDPR',
  'law.uk': 'UK GDPR',
} as const;
