import { canonicalBytes } from '../../shared/ledger.ts';
import { DAY } from '../../shared/limits.ts';
import { formActOf } from '../consent/form-act.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { openEvent } from '../ledger/ledger.ts';
import { isSigned, publicKeys } from '../ledger/signing.ts';
import type { ConversationRow } from '../store/rows.ts';
import { visitorKeys } from '../visitors/keys.ts';

/** How long a visitor's address of their form works: it opens words that were shown to them, and nothing that they typed. */
const LIFE = DAY;

const bytesOf = (conversation: string, until: number): Uint8Array =>
  canonicalBytes({ schema: 'parley-shown/1', conversation, until });

/**
 * Where a visitor sees again the form that they agreed in: an address that is signed and stored nowhere, so that any relay
 * over the same store opens it. Null where that build was never archived.
 */
export async function shownAt(ctx: Context, conversation: ConversationRow): Promise<string | null> {
  const { read } = ctx.store;
  const { id, visitorId } = conversation;
  const first = formActOf(conversation, await read.consentEventsOf(id));
  if (!first) return null;
  const { event } = openEvent(await visitorKeys(ctx, read, visitorId), first);
  if (!(await read.release(event.ui_build_hash))) return null;
  const until = ctx.clock() + LIFE;
  const { kid, value } = ctx.signing.sign(bytesOf(id, until));
  return `/shown/by/${[id, until, kid, value].join('.')}`;
}

/** The conversation that an address was signed for. @throws Refusal `not_found` for any other, or a day later. */
export async function conversationShown(ctx: Context, ticket: string): Promise<string> {
  const [, id = '', time = '', kid = '', value = ''] =
    /^([0-9a-f-]{36})\.(\d{13})\.([0-9a-f]{16})\.([\w-]{86})$/.exec(ticket) ?? [];
  const until = Number(time);
  const key = until > ctx.clock() ? (await publicKeys(ctx.store.read)).get(kid) : undefined;
  if (!key || !isSigned(bytesOf(id, until), { alg: 'Ed25519', kid, value }, key)) throw new Refusal('not_found');
  return id;
}
