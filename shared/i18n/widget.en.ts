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
  gpc: ' Off, as your browser asks (Global Privacy Control)',

  failed: 'The chat did not start',
  failedLoad: 'It could not be loaded. Nothing was sent.',
  retry: 'Try again',
  notHere: 'No answer came, so this is not here yet.',
  starting: 'Starting the chat',

  back: 'Back',
  yourPrivacy: 'Your privacy',
  nothing: 'You have agreed to nothing yet. Nothing is stored, and nothing you typed was sent.',
} as const;
