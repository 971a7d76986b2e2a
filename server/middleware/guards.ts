import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import type { RequestEvidence } from '../consent/evidence.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';

/**
 * True for requests from the relay's own pages: the Origin where it is sent, else `Sec-Fetch-Site: same-origin`,
 * because same-origin GETs carry no Origin. Who may embed the frame is another question (`frame-ancestors`).
 */
export function fromOwnOrigin(req: Pick<IncomingMessage, 'headers'>, origin: string): boolean {
  const { origin: sent, 'sec-fetch-site': site } = req.headers;
  return sent === undefined ? site === 'same-origin' : sent === origin;
}

export function ownOrigin(ctx: Context): RequestHandler {
  return (req, _res, next) => {
    next(fromOwnOrigin(req, ctx.origin) ? undefined : new Refusal('forbidden'));
  };
}

/** The socket's address, or the one that the trusted hops name; never one that the body names (PR-65). */
export function addressOf(req: Request): string {
  return (req.ip ?? '').replace(/^::ffff:(?=\d+\.)/, '');
}

export function evidenceOf(req: Request): RequestEvidence {
  const gpc = String(req.headers['sec-gpc'] ?? '')
    .split(',')
    .some((value) => value.trim() === '1');
  const userAgent = req.headers['user-agent'] ?? null;
  return { ip: addressOf(req) || null, userAgent, gpc, requestId: requestIdOf(req) };
}

/** The id that stands in the answer and in every log line of this request. */
export function requestIdOf(req: Request): string {
  return String(req.res?.locals.requestId);
}

/** The body as it must be. What does not fit is refused with the paths at fault, never with what was in them. */
export function bodyOf<Schema extends z.ZodType>(schema: Schema, req: Request): z.infer<Schema> {
  const parsed = schema.safeParse(req.body);
  if (parsed.success) return parsed.data;
  const fields = Object.fromEntries(parsed.error.issues.slice(0, 10).map((issue) => [issue.path.join('.') || 'body', 'invalid']));
  throw new Refusal('invalid', { fields });
}

/** One route's edge: parses the body, runs the rule, answers its result as JSON. */
export function post<Schema extends z.ZodType>(
  schema: Schema,
  handle: (body: z.infer<Schema>, req: Request, res: Response) => Promise<unknown>,
): RequestHandler {
  return async (req: Request, res: Response) => {
    res.json((await handle(bodyOf(schema, req), req, res)) ?? null);
  };
}
