import { type Limits, readConfig } from '../../../server/config.ts';
import { startConversation } from '../../../server/consent/start.ts';
import type { Context } from '../../../server/context.ts';
import { type Relay, startRelay } from '../../../server/index.ts';
import type { StartRequest } from '../../../shared/api.ts';
import { newActId, newId, newSessionToken } from '../../../shared/ids.ts';
import { formPurposes } from '../../../shared/notice.ts';
import type { VisitorSeat } from './seats.ts';

/** The product's relay as it is. Only the rate limits are lifted: a generator is one address. */
export function startUnlimited(env: Record<string, string>): Promise<Relay> {
  const config = readConfig({ PORT: '0', PARLEY_LOG: 'silent', ...env });
  const limits = Object.fromEntries(Object.entries(config.limits).map(([name, limit]) => [name, { ...limit, points: 1e9 }]));
  return startRelay({ ...config, limits: limits as unknown as Limits });
}

/** A visitor who agreed and asked, through the rule that the consent POST calls. */
export async function seatVisitor(ctx: Context): Promise<VisitorSeat> {
  const site = await ctx.store.read.siteByKey('demo');
  const notice = site && (await ctx.store.read.noticeInForce(site.id, 'en'));
  if (!notice) throw new Error('the demo site has no notice');
  const request: StartRequest = {
    site: 'demo',
    noticeHash: notice.hash,
    session: newSessionToken(),
    conversationId: newId(),
    actId: newActId(),
    message: { id: newId(), body: 'first' },
    name: 'Hanna Lindqvist',
    email: null,
    decisions: formPurposes(notice.doc).map(({ id, required }) => ({
      purpose: id,
      granted: required,
      control: `form.${id}`,
      action: 'click',
    })),
    clientTime: null,
    page: null,
    viewport: 'desktop',
  };
  await startConversation(ctx, request, { ip: '192.0.2.1', userAgent: null, gpc: false }, null);
  return { conversationId: request.conversationId, session: request.session };
}

/** So many, a hundred at a time. */
export async function seatVisitors(ctx: Context, count: number): Promise<VisitorSeat[]> {
  const seated: VisitorSeat[] = [];
  for (let at = 0; at < count; at += 100) {
    seated.push(...(await Promise.all(Array.from({ length: Math.min(100, count - at) }, () => seatVisitor(ctx)))));
  }
  return seated;
}
