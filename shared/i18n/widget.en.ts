/**
 * What the widget says by itself up to Start. The words of the form and of the cookie question are not here:
 * they come from the published notice, because they are what is agreed to.
 */
export const widgetWords = {
  online: 'Here now',
  away: 'Away now',
  privacy: 'Privacy',
  close: 'Close chat window',
  form: 'Ask {site}',
  slip: 'What we agree on',

  wrongOne: 'One thing before we start',
  wrongMany: '{count} things before we start',
  wrongQuestion: 'Write what you would like to know.',
  wrongLong: 'Shorten this by {over} characters.',
  wrongName: 'Write the name that we may call you by.',
  wrongEmail: 'Write an address such as hanna@example.com.',
  wrongEnd: 'This address has no ending, such as .com or .ie.',
  wrongAgree: 'Tick this box, or we may not read your message.',

  failed: 'The chat did not start',
  failedLoad: 'It could not be loaded. Nothing was sent.',
  retry: 'Try again',
  noText: 'No answer came, so the full text is not here yet.',
  starting: 'Starting the chat',
  returning: 'Bringing your chat back',

  notice: 'Notice {version}',
  print: 'Print',
  back: 'Back',
  backToForm: 'Back to the form',
  yourPrivacy: 'Your privacy',
  nothing: 'You have agreed to nothing yet. Nothing is stored, and nothing that you typed has left this page.',
} as const;
