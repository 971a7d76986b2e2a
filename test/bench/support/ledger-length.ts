import { consentRecord } from '../../../server/consent/record.ts';
import type { Relay } from '../../../server/index.ts';
import { appendEvents } from '../../../server/ledger/ledger.ts';
import { verifyLedger } from '../../../server/ledger/verify.ts';
import { visitorKeys } from '../../../server/visitors/keys.ts';
import { newActId } from '../../../shared/ids.ts';
import { seatVisitor, startUnlimited } from './crowd.ts';

const BATCH = 500;

/** Appends so many real consent events and walks them all. */
export async function verifyAtLength(
  folder: string,
  entries: number,
  tell: (text: string) => void,
): Promise<{ seconds: number; perSecond: number; grownBytes: number }> {
  const relay = await startUnlimited({ PARLEY_DATA: folder });
  try {
    const siteId = await appendMany(relay, entries, tell);
    tell('verifying');
    const began = performance.now();
    let read = 0;
    let early = 0;
    let late = 0;
    const { read: reads } = relay.ctx.store;
    // Looks at the memory as the pages go by.
    const watched = new Proxy(reads, {
      get(target, name) {
        const value = Reflect.get(target, name) as unknown;
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (name === 'ledgerEntries') {
            read = Number(args[1]);
            if (read % 50_000 === 0) globalThis.gc?.();
            const { rss } = process.memoryUsage();
            if (early === 0 && read >= entries / 10) early = rss;
            if (read >= entries / 10) late = Math.max(late, rss);
          }
          return (value as (...given: unknown[]) => unknown).apply(target, args);
        };
      },
    });
    const report = await verifyLedger(watched, relay.ctx.vault, siteId);
    if (report.fault || report.entries < entries) throw new Error(`not whole: ${JSON.stringify(report)}`);
    const seconds = (performance.now() - began) / 1000;
    return { seconds, perSecond: report.entries / seconds, grownBytes: late - early };
  } finally {
    await relay.close();
  }
}

async function appendMany({ ctx }: Relay, entries: number, tell: (text: string) => void): Promise<string> {
  const seat = await seatVisitor(ctx);
  const conversation = await ctx.store.read.conversation(seat.conversationId);
  const notice = conversation && (await ctx.store.read.noticeInForce(conversation.siteId, 'en'));
  const purpose = notice?.doc.purposes.find((one) => one.required);
  if (!conversation || !notice || !purpose) throw new Error('the demo site asks for nothing');
  const { siteId, visitorId } = conversation;
  const keys = await visitorKeys(ctx, ctx.store.read, visitorId);
  for (let made = 0; made < entries; made += BATCH) {
    const now = ctx.clock();
    const events = Array.from({ length: BATCH }, () => {
      const act = {
        actId: newActId(),
        siteId,
        subjectId: visitorId,
        conversationId: seat.conversationId,
        notice,
        from: { ip: null, userAgent: null, gpc: false },
        commitments: { ip: null, ua: null },
        clientTime: null,
        page: null,
        viewport: 'desktop' as const,
        build: ctx.assets.widgetBuild,
        now,
      };
      const decision = {
        purpose,
        state: 'RenewedConsentGiven' as const,
        control: 'form.answer',
        action: 'click',
        prevRecordId: null,
      };
      return consentRecord(ctx, act, decision);
    });
    await ctx.store.write((tx) => appendEvents(ctx, tx, keys, events, now));
    if (made > 0 && made % 100_000 === 0) tell(`${made} of ${entries} entries`);
  }
  return siteId;
}
