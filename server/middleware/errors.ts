import type { ErrorRequestHandler } from 'express';
import type { ErrorBody, ErrorCode } from '../../shared/errors.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { StoreUnavailable, UniqueViolation } from '../store/store.ts';

/** What an error says to the outside: a refusal its own code, everything else as little as possible. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  // An id, a token or an act that is taken already.
  if (error instanceof UniqueViolation) return new Refusal('conflict');
  if (error instanceof StoreUnavailable) return new Refusal('unavailable', { retryAfterSeconds: 2 });
  const { type, status } = (error ?? {}) as { type?: unknown; status?: unknown };
  if (type === 'entity.too.large') return new Refusal('too_large');
  // What express.json and the router refuse themselves: broken JSON, charset, encoding, a malformed path.
  if (typeof status === 'number' && status >= 400 && status < 500) return new Refusal('invalid');
  return new Refusal('internal');
}

export function errorHandler(ctx: Context): ErrorRequestHandler {
  return (error, _req, res, next) => {
    const refusal = asRefusal(error);
    if (refusal.code === 'internal') ctx.log.error({ err: error, requestId: res.locals.requestId }, 'request failed');
    if (refusal.code === 'unavailable') ctx.log.warn({ err: error, requestId: res.locals.requestId }, 'store unavailable');
    if (res.headersSent) {
      next(error);
      return;
    }
    if (refusal.details.retryAfterSeconds) res.set('Retry-After', String(refusal.details.retryAfterSeconds));
    res.status(refusal.status).json(errorBody(refusal));
  };
}

function errorBody(refusal: Refusal): ErrorBody {
  const { fields, retryAfterSeconds, body } = refusal.details;
  const code: ErrorCode = refusal.code;
  return { error: { code, ...(fields && { fields }), ...(retryAfterSeconds && { retryAfterSeconds }) }, ...body };
}
