import type { RequestCounts } from '../../../shared/requests.ts';
import type { Ask } from '../../api.ts';
import type { Connection } from '../../connection.ts';
import { useAsked } from '../use-asked.ts';
import { q } from './words.ts';

/** Beside the page's name: how many are late, else how many are due within three days. Asked again on each page. */
export function RequestMark({ ask, connection, at }: { ask: Ask; connection: Connection; at: string }) {
  const counts = useAsked<RequestCounts>(ask, connection, `requests/due?at=${at}`);
  const { overdue = 0, soon = 0 } = counts.data ?? {};
  if (overdue > 0) return <span class="rq-mark late">{q('markOverdue', { count: overdue })}</span>;
  return soon > 0 ? <span class="rq-mark">{q('mark', { count: soon })}</span> : null;
}
