import type { RegisterLine } from '../../../shared/register.ts';
import { recordTime } from '../../format.ts';
import { Icon } from '../../ui/icons.tsx';
import { LOOKS, purposesOf, r, short } from './words.ts';

interface LinesProps {
  lines: RegisterLine[];
  selected: string | null;
  onSelect(line: RegisterLine, from: HTMLElement): void;
}

/** The register as a table; a line opens by its entry's number, or by a press anywhere on it. */
export function Lines({ lines, selected, onSelect }: LinesProps) {
  return (
    <div class="reg-frame">
      <table class="reg">
        <thead>
          <tr>
            {(['entry', 'when', 'what', 'purposes', 'notice', 'hash'] as const).map((column) => (
              <th key={column} scope="col" class={`c-${column}`}>
                {r(`column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <Line key={line.id} line={line} isOpen={line.id === selected} onSelect={onSelect} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Line({ line, isOpen, onSelect }: { line: RegisterLine; isOpen: boolean } & Pick<LinesProps, 'onSelect'>) {
  const { icon, tone } = LOOKS[line.state];
  const { main, not } = purposesOf(line);
  return (
    <tr
      class={isOpen ? 'open' : ''}
      onClick={(event) => onSelect(line, event.currentTarget.querySelector('button') ?? event.currentTarget)}
    >
      <td class="c-entry code">
        <button type="button" aria-expanded={isOpen}>
          {line.seq}
        </button>
      </td>
      <td class="c-when">{recordTime(line.at).replace(' UTC', '')}</td>
      <td class="c-what">
        <span class={`st ${tone}`}>
          <Icon name={icon} />
          {line.erased ? r(`erased.${line.erased}`) : r(`state.${line.state}`)}
        </span>
      </td>
      <td class="c-purposes">
        {line.kind === 'erasure' ? <span class="quiet">{r('gone')}</span> : main}
        {not !== '' && <span class="quiet"> · {r('not', { purposes: not })}</span>}
      </td>
      <td class="c-notice">{line.notice && `${line.notice.version} ${line.notice.locale}`}</td>
      <td class="c-hash code">{short(line.hash)}</td>
    </tr>
  );
}
