import { AUDIT_ACTIONS } from '../../../shared/audit.ts';
import type { AuditFilterInput, AuditPage } from '../../../shared/audit-api.ts';
import { Icon } from '../../ui/icons.tsx';
import { Choice, Day } from '../parts.tsx';
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
  const set = (change: Partial<Record<keyof AuditFilterInput, string>>): void => {
    const next = Object.entries({ ...filter, ...change }).filter(([, value]) => value !== '' && value !== undefined);
    onFilter(Object.fromEntries(next) as AuditFilterInput);
  };
  return (
    <search>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          set({ object: asId(String(new FormData(event.currentTarget).get('object') ?? '')) });
        }}
      >
        <label class="find">
          <Icon name="search" small />
          <span class="sr">{a('findLabel')}</span>
          <input
            key={filter.object}
            type="search"
            name="object"
            placeholder={a('find')}
            defaultValue={filter.object ?? ''}
            autocomplete="off"
            spellcheck={false}
            maxLength={160}
            onInput={(event) => event.currentTarget.value === '' && filter.object !== undefined && set({ object: '' })}
          />
        </label>
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
