import type { CalendarRequest } from '../../shared/requests.ts';
import type { AgentActor } from '../agents/sessions.ts';
import { recordAct } from '../audit/act.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { dueColumns, isTimeZone } from './calendar.ts';
import { addStep } from './requests.ts';

const OPEN_MAX = 10_000;

/** How a site counts its days from now on, and what that makes of the requests that are open. */
export async function setCalendar(
  ctx: Context,
  { site: key, timeZone, holidays }: CalendarRequest,
  actor: AgentActor,
): Promise<void> {
  const site = await ctx.store.read.siteByKey(key);
  if (!site) throw new Refusal('not_found');
  if (!isTimeZone(timeZone)) throw new Refusal('invalid', { fields: { timeZone: 'unknown' } });
  const calendar = { siteId: site.id, timeZone, holidays: [...new Set(holidays)].sort() };
  const now = ctx.clock();
  await ctx.store.write(async (tx) => {
    await tx.requests.putCalendar(calendar);
    for (const { id } of await tx.requests.list('open', OPEN_MAX)) {
      const row = await tx.requests.lock(id);
      if (row?.siteId !== site.id || row.status !== 'open') continue;
      const due = dueColumns(row, calendar);
      if (due.acknowledgeDue === row.acknowledgeDue && due.answerDue === row.answerDue) continue;
      await tx.requests.update(id, due);
      await addStep(tx, id, actor, 'calendar_changed', null, now);
    }
    await recordAct(tx, { actor, action: 'calendar.changed', object: site.id }, now);
  });
}
