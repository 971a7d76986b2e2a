/** Words that the relay itself puts before people: the loader's, the notice page's, the start's. */
export const relayWords = {
  'loader.open': 'Chat with {site}',
  'loader.close': 'Close the chat with {site}',
  'loader.unread': 'Chat with {site}, {count} unread',
  'loader.unreachable': 'The chat cannot be reached. Nothing was sent.',
  'loader.retry': 'Try again',
  'loader.closeCard': 'Close',
  'loader.ended': 'The page removed the chat, so it ended.',
  'notice.title': '{title} · {site}',
  'notice.version': 'Notice {version}, published on {date} (UTC) · {language}',
  'notice.form': 'Before Start, the form said',
  'notice.cookie': 'In the chat, the cookie question said',
  'notice.named': 'What each agreement is called',
  'notice.full': 'In full',
  'notice.hash': 'SHA-256 of these words',
  'notice.unticked': 'a box, not ticked beforehand',
  'kantara.termination': 'Kept {retention}. The consent ends after {valid}, or when it is withdrawn: {control}, or at {url}',
  'kantara.unreachable':
    'This form of a receipt needs the controller’s phone and e-mail, and the notice does not tell both. Add them to its facts and publish it.',
} as const;
