import type { FindPerson, FoundPerson } from '../../shared/requests.ts';
import type { AgentActor } from '../agents/sessions.ts';
import { recordAct } from '../audit/act.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { findPeople } from './people.ts';

/**
 * Looks for the person of a request. Each look is written down first, whatever it finds, and there are not many in a
 * quarter of an hour: nobody goes through addresses here (PR-52, PR-81).
 * @throws Refusal `not_found`, `conflict` for a request that was answered, `rate_limited`, `invalid`
 */
export async function searchPeople(ctx: Context, { id, ...by }: FindPerson, actor: AgentActor): Promise<FoundPerson[]> {
  await ctx.limits.consume('searchesPerAgent', actor.id);
  const row = await ctx.store.read.requests.byId(id);
  if (!row) throw new Refusal('not_found');
  if (row.status !== 'open') throw new Refusal('conflict');
  const given = Object.keys(by).join('+');
  await ctx.store.write((tx) =>
    recordAct(tx, { actor, action: 'person.searched', object: id, detail: { by: given } }, ctx.clock()),
  );
  return findPeople(ctx, row.siteId, by);
}
