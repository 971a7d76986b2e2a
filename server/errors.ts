import type { ErrorCode } from '../shared/errors.ts';

const STATUS: Record<ErrorCode, number> = {
  invalid: 400,
  too_large: 413,
  not_found: 404,
  unauthorized: 401,
  forbidden: 403,
  notice_unknown: 422,
  consent_required: 422,
  consent_withdrawn: 403,
  consent_expired: 403,
  conversation_closed: 409,
  restricted: 409,
  conversation_over: 409,
  conflict: 409,
  rate_limited: 429,
  link_used: 410,
  sign_in_failed: 401,
  weak_password: 400,
  unavailable: 503,
  internal: 500,
};

export interface ErrorDetails {
  fields?: Record<string, string>;
  retryAfterSeconds?: number;
  /** Further keys of the HTTP body, beside `error`. */
  body?: Record<string, unknown>;
}

/** A refusal with a stable code: the one kind of error that leaves the relay with a meaning. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    super(code);
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return STATUS[this.code];
  }
}
