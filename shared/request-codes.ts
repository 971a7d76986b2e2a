/** Codes of requests, which catalogs put into words. Free of zod, so that browsers may import them. */

/** Of the words of a request. */
export const REQUEST_MAX_CHARS = 4000;

/** How a request came. */
export const VIAS = ['chat', 'receipt', 'email', 'letter', 'phone'] as const;
export type Via = (typeof VIAS)[number];

/**
 * What of the chat the person knew, where they have no session and no link: any two suffice (PR-52). There is none for a
 * document, because none is asked for.
 */
export const MATCHES = ['email', 'receipt', 'conversation', 'day', 'sentence'] as const;
export type Match = (typeof MATCHES)[number];
export const MATCHES_ENOUGH = 2;

/** What showed that it is them: the session or the link by itself, or a match. */
export const IDENTIFIED_BY = ['session', 'link', 'match'] as const;
export type IdentifiedBy = (typeof IDENTIFIED_BY)[number];

/** How it ended. */
export const OUTCOMES = ['done', 'partly', 'refused', 'not_identified', 'taken_back'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Why something is not done: GDPR Art. 12(5), 15(4), 17(3), 18, 21(1), and where a right does not fit. */
export const GROUNDS = [
  'unfounded',
  'excessive',
  'others_rights',
  'legal_obligation',
  'legal_claims',
  'compelling',
  'accurate',
  'not_applicable',
] as const;
export type Ground = (typeof GROUNDS)[number];

export const EXTENSION_REASONS = ['complex', 'many'] as const;
export type ExtensionReason = (typeof EXTENSION_REASONS)[number];

/** How the answer went out. */
export const SENT_BY = ['email', 'letter', 'chat', 'handed_over'] as const;
export type SentBy = (typeof SENT_BY)[number];

/** What can stand in the history of a request. */
export const REQUEST_STEPS = [
  'received',
  'acknowledged',
  'person_found',
  'person_none',
  'person_let_go',
  'identity_asked',
  'identity_given',
  'extended',
  'profile_changed',
  'calendar_changed',
  'copy_made',
  'rectified',
  'erased',
  'withdrawn',
  'restricted',
  'objected',
  'answered',
  'words_deleted',
] as const;
export type RequestStep = (typeof REQUEST_STEPS)[number];
