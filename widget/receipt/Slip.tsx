import type { VNode } from 'preact';
import type { EventState } from '../../shared/consent.ts';
import { receiptNumber } from '../../shared/ids.ts';
import type { Receipt } from '../../shared/receipt.ts';
import { saveJson } from '../save-file.ts';
import { say, when } from './words.ts';

/** One act on paper: who asked, what was decided, when, under which words, and its number in the ledger. */
export function Slip({ receipt }: { receipt: Receipt }): VNode {
  const { receipt_id, parties, purposes, event, notice, evidence, records } = receipt;
  const controller = parties.find(({ role }) => role === 'controller');
  const authority = parties.find(({ role }) => role === 'authority');
  const title = `r${receipt_id}`;
  return (
    <section aria-labelledby={title}>
      <h2 id={title}>{say('receipt', { number: receiptNumber(receipt_id) })}</h2>
      <dl class="paper">
        <dt>{say('decided')}</dt>
        <dd>
          <time dateTime={event.time}>{when(Date.parse(event.time))}</time>
        </dd>
        {purposes.map(({ record_id, state, text }) => (
          <div key={record_id} class="row">
            <dt>{say(`state.${state as EventState}`)}</dt>
            <dd>{text}</dd>
          </div>
        ))}
        <dt>{say('who')}</dt>
        <dd>{[controller?.name, controller?.address, controller?.contact].filter(Boolean).join(', ')}</dd>
        {authority && <dt>{say('authority')}</dt>}
        {authority && <dd>{authority.name}</dd>}
        <dt>{say('words')}</dt>
        <dd>
          <a href={`/notice/${notice.hash}`} target="_blank" rel="noopener">
            {say('notice', { version: notice.version })}
          </a>
        </dd>
        <dt>{say('kept')}</dt>
        <dd>
          {say(evidence.ip_kept ? 'keptIp' : 'keptTime')}
          {records.map(({ entry, leaf }) => (
            <code key={leaf}>{say('proof', { seq: entry.seq, hash: leaf })}</code>
          ))}
        </dd>
      </dl>
      <div class="pair screen">
        <button type="button" class="btn" onClick={() => saveJson(`receipt-${receipt_id.slice(0, 8)}.json`, receipt)}>
          {say('save')}
        </button>
        <button type="button" class="btn" onClick={() => print()}>
          {say('print')}
        </button>
      </div>
    </section>
  );
}
