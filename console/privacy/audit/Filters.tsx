import { AUDIT_ACTIONS } from '../../../shared/audit.ts';
import type { AuditFilterInput, AuditPage } from '../../../shared/audit-api.ts';
import { Choice, Day, Find, narrowed } from '../parts.tsx';
import { a, actionWords } from './words.ts';

interface FiltersProps {
  filter: AuditFilterInput;
  agents: AuditPage['agents'];
  onFilter(filter: AuditFilterInput): void;
}

/** No id of ours has another mark in it: what was copied with a space or a quote around it is found all the same. */
const asId = (text: string): string => text.replace(/[^\w.:/+-]/g, '').slice(0, 128);

/** What the audit is narrowed by; each filter says what it is set to. */
export function Filters({ filter, agents, onFilter }: FiltersProps) {
  const set = (change: Partial<Record<keyof AuditFilterInput, string>>): void => onFilter(narrowed(filter, change));
  return (
    <search>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          set({ object: asId(String(new FormData(event.currentTarget).get('object') ?? '')) });
        }}
      >
        <Find
          name="object"
          label={a('findLabel')}
          placeholder={a('find')}
          value={filter.object}
          maxLength={160}
          onClear={() => set({ object: '' })}
        />
        <Day label={a('from')} value={filter.from ?? ''} onChange={(from) => set({ from })} />
        <Day label={a('to')} value={filter.to ?? ''} onChange={(to) => set({ to })} />
        <Choice
          label={a('action')}
          value={filter.action ?? ''}
          options={[['', a('anyAction')], ...AUDIT_ACTIONS.map((action) => [action, actionWords(action)] as const)]}
          onChange={(action) => set({ action })}
        />
        <Choice
          label={a('agent')}
          value={filter.agent ?? ''}
          options={[['', a('anyAgent')], ...agents.map(({ id, name }) => [id, name] as const)]}
          onChange={(agent) => set({ agent })}
        />
        {Object.keys(filter).length > 0 && (
          <button type="reset" class="text-button" onClick={() => onFilter({})}>
            {a('clear')}
          </button>
        )}
      </form>
    </search>
  );
}
