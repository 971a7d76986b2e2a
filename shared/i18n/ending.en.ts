/** What `parley close-site` says, and what is left of a site says to a browser (PR-59). */
export const endingWords = {
  ended: 'This chat has ended.',
  script: 'This chat has ended: its script tag can go.',
  'command.none': 'There is no site "{site}".',
  'command.over': 'The service of {site} has ended already. Its report again:',
  'command.given':
    '{folder}: all data of {site}, signed for in hand-over.json. Visitors: {visitors}; notices: {notices}; ledger entries: {entries}; files: {files}.',
  'command.due':
    'Erase it by {due}: parley close-site {site} {folder} --delete {site}. That cannot be undone; what comes until then is handed over first.',
  'command.typed': '--delete must repeat the key of the site: --delete {site}. Nothing was erased.',
  'command.missing':
    '{folder} has no hand-over of {site}. Run parley close-site {site} FOLDER first, and delete with the same folder. Nothing was erased.',
  'command.altered': '{file} is not as it was signed. Nothing was erased.',
  'command.later': 'Visitors with something new since the hand-over: {count}. What is theirs was added in {folder}.',
  'command.done': '{site}: erased, and its service has ended. The signed report is kept in {file}.',
} as const;
