import type { Socket } from 'socket.io';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { asRefusal } from '../middleware/errors.ts';
import { isWritten, Json, jsonOf } from './wire.ts';

export type Handlers<Schemas extends Record<string, z.ZodType>, Who> = {
  [Command in keyof Schemas]: (who: Who, input: z.infer<Schemas[Command]>, requestId: string) => Promise<unknown>;
};

/**
 * Binds a table of commands to one socket. Every command is counted, parsed, run and answered; whatever does not fit
 * is answered with a stable code where there is a callback to answer, and touches nothing else.
 */
export function bindCommands<Schemas extends Record<string, z.ZodType>, Who>(
  ctx: Context,
  socket: Socket,
  schemas: Schemas,
  handlers: Handlers<Schemas, Who>,
  who: Who,
): void {
  const allowance = windowCounter(ctx, socket);
  let commands = 0;
  // One listener for all names: an event that is not in the table is refused like any other wrong input.
  socket.onAny((name: unknown, ...args: unknown[]) => {
    const answer = args.pop();
    const command = typeof name === 'string' && Object.hasOwn(schemas, name) ? name : null;
    // Of the socket and its count: a random one for each command costs more than it tells.
    const requestId = `${socket.id}.${++commands}`;
    const began = performance.now();
    const run = async (): Promise<unknown> => {
      if (!allowance()) throw new Refusal('rate_limited', { retryAfterSeconds: 5 });
      const schema = command === null ? undefined : schemas[command];
      if (command === null || !schema || args.length !== 1 || typeof answer !== 'function') throw new Refusal('invalid');
      const parsed = schema.safeParse(args[0]);
      if (!parsed.success) throw new Refusal('invalid');
      return handlers[command as keyof Schemas](who, parsed.data as z.infer<Schemas[keyof Schemas]>, requestId);
    };
    run().then(
      (data) => {
        const told = isWritten(data) ? new Json(`{"ok":true,"data":${jsonOf(data)}}`) : { ok: true, data: data ?? null };
        (answer as (value: unknown) => void)(told);
        if (ctx.log.isLevelEnabled('debug'))
          ctx.log.debug({ requestId, command, ms: Math.round(performance.now() - began) }, 'command');
      },
      (error: unknown) => {
        const refusal = asRefusal(error);
        if (refusal.code === 'internal' || refusal.code === 'unavailable')
          ctx.log.error({ err: error, requestId, command }, 'command failed');
        else ctx.log.info({ requestId, command, code: refusal.code }, 'command refused');
        const { retryAfterSeconds } = refusal.details;
        if (typeof answer === 'function')
          answer({ ok: false, error: refusal.code, ...(retryAfterSeconds && { retryAfterSeconds }) });
      },
    );
  });
}

/**
 * Counts one socket's commands in fixed windows: no lookup, no hash, no timer. Over the limit a command is refused;
 * a socket that goes on to twice the limit is no person's, and is closed.
 */
function windowCounter(ctx: Context, socket: Socket): () => boolean {
  const { points, windowMs } = ctx.config.limits.commandsPerSocket;
  let windowEnds = 0;
  let used = 0;
  return () => {
    const now = Date.now();
    if (now >= windowEnds) {
      windowEnds = now + windowMs;
      used = 0;
    }
    used += 1;
    if (used > 2 * points) socket.disconnect(true);
    return used <= points;
  };
}
