import type { AuditLine } from '../../../shared/audit-api.ts';
import { recordTime } from '../../format.ts';
import { a, actionWords, detailWords, objectWords, whoWords } from './words.ts';

interface LinesProps {
  lines: AuditLine[];
  /** Narrows the audit down to what was done with one thing. */
  onObject(object: string): void;
}

const COLUMNS = ['entry', 'when', 'who', 'did', 'about', 'session'] as const;

/** The audit as a table, a line for each act. */
export function Lines({ lines, onObject }: LinesProps) {
  return (
    <div class="reg-frame">
      <table class="reg audit">
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <th key={column} scope="col" class={`c-${column}`}>
                {a(`column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <Line key={line.id} line={line} onObject={onObject} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Line({ line, onObject }: { line: AuditLine } & Pick<LinesProps, 'onObject'>) {
  const { seq, at, agent, action, object, session } = line;
  const details = detailWords(line);
  const isCode = /\d/.test(object);
  return (
    <tr>
      <td class="c-entry code">{seq ?? <span class="quiet">{a('unchained')}</span>}</td>
      <td class="c-when">{recordTime(at).replace(' UTC', '')}</td>
      <td class={agent ? 'c-who' : 'c-who quiet'} title={agent?.id}>
        {whoWords(line)}
      </td>
      <td class="c-did">
        {actionWords(action)}
        {details !== '' && <span class="quiet"> · {details}</span>}
      </td>
      <td class="c-about">
        <button
          type="button"
          class={isCode ? 'code' : ''}
          title={object}
          aria-label={a('onlyThis', { id: object })}
          onClick={() => onObject(object)}
        >
          {objectWords(object)}
        </button>
      </td>
      <td class="c-session code" title={session ?? undefined}>
        {session?.slice(0, 8)}
      </td>
    </tr>
  );
}
