/** Every code that leaves the relay. Codes are stable; words for people stand in the catalogs. */
export type ErrorCode =
  | 'invalid' // the payload does not fit its schema
  | 'too_large'
  | 'not_found' // absent, or not yours: never told apart
  | 'unauthorized' // no session, or a dead one
  | 'forbidden' // signed in, but not in this role; or another origin
  | 'notice_unknown' // the words that were shown are not a published notice in force
  | 'consent_required' // what the notice requires was not agreed
  | 'consent_withdrawn'
  | 'consent_expired'
  | 'conversation_closed'
  | 'restricted' // nothing may be done with the visitor's data but keep it (PR-53)
  | 'conversation_over' // the visitor ended it or withdrew: it cannot be reopened
  | 'conflict' // the same id with another content or another token
  | 'rate_limited'
  | 'link_used' // a one-time link that was used or has expired
  | 'sign_in_failed'
  | 'weak_password'
  | 'unavailable' // the store cannot answer now; try again
  | 'internal';

/** The body of every HTTP answer that is not a success. */
export interface ErrorBody {
  error: { code: ErrorCode; fields?: Record<string, string>; retryAfterSeconds?: number };
}
