import { useId } from 'preact/hooks';
import type { RequestInList } from '../../../shared/requests.ts';
import { privacyHref } from '../../models/route.ts';
import { Icon } from '../../ui/icons.tsx';
import { dayWords, dueWords, q, receivedWords, timeWords } from './words.ts';

/** Requests as a table; on a phone each is a card. */
export function Lines({ title, lines }: { title: string; lines: RequestInList[] }) {
  const id = useId();
  const isOpen = lines[0]?.status === 'open';
  return (
    <section class="rq-list" aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      <table class="rq-table">
        <thead>
          <tr>
            <th scope="col">{q('column.number')}</th>
            <th scope="col">{q('column.kind')}</th>
            <th scope="col">{q(isOpen ? 'column.due' : 'column.outcome')}</th>
            <th scope="col">{q('column.received')}</th>
            <th scope="col">{q('column.person')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.id}>
              <th scope="row">
                <a class="code" href={privacyHref('requests', line.id)}>
                  {line.number}
                </a>
              </th>
              <td class="rq-kind">{q(`kind.${line.kind}`)}</td>
              <td>
                <Stand line={line} />
              </td>
              <td>
                {receivedWords(line.receivedAt)} <span class="quiet">{q(`via.${line.via}`)}</span>
              </td>
              <td>{q(`person.${line.person}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** How it stands: in words first, and with a drawing and a colour that say the same. */
export function Stand({ line }: { line: RequestInList }) {
  const { next, outcome, answeredAt } = line;
  if (outcome && answeredAt !== null)
    return (
      <span class="st">
        <Icon name="check" />
        <span>
          {q(`outcome.${outcome}`)} <span class="quiet">{timeWords(answeredAt)}</span>
        </span>
      </span>
    );
  const tone = next?.urgency === 'overdue' ? 'off' : next?.urgency === 'soon' ? 'old' : '';
  return (
    <span class={`st ${tone}`}>
      <Icon name={tone === 'off' ? 'warn' : 'clock'} />
      <span>
        {dueWords(line)}
        {next && (
          <>
            {' '}
            {q(`what.${next.what}`)} <span class="quiet">{dayWords(next.due)}</span>
          </>
        )}
      </span>
    </span>
  );
}
