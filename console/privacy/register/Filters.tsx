import type { RegisterChoices, RegisterFilterInput, RegisterState } from '../../../shared/register.ts';
import { Choice, Day, Find, narrowed } from '../parts.tsx';
import { LOOKS, r } from './words.ts';

interface FiltersProps {
  filter: RegisterFilterInput;
  choices: RegisterChoices | null;
  onFilter(filter: RegisterFilterInput): void;
}

/** What the register is narrowed by; each filter says what it is set to. */
export function Filters({ filter, choices, onFilter }: FiltersProps) {
  const set = (change: Partial<Record<keyof RegisterFilterInput, string>>): void => onFilter(narrowed(filter, change));
  const states = Object.keys(LOOKS) as RegisterState[];
  return (
    <search>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          set({ search: String(new FormData(event.currentTarget).get('search') ?? '').trim() });
        }}
      >
        <Find
          name="search"
          label={r('searchLabel')}
          placeholder={r('search')}
          value={filter.search}
          maxLength={64}
          onClear={() => set({ search: '' })}
        />
        <Day label={r('from')} value={filter.from ?? ''} onChange={(from) => set({ from })} />
        <Day label={r('to')} value={filter.to ?? ''} onChange={(to) => set({ to })} />
        {(choices?.sites.length ?? 0) > 1 && (
          <Choice
            label={r('site')}
            value={filter.site ?? ''}
            options={[['', r('anySite')], ...(choices?.sites ?? []).map(({ key, name }) => [key, name] as const)]}
            onChange={(site) => set({ site })}
          />
        )}
        <Choice
          label={r('event')}
          value={filter.state ?? ''}
          options={[['', r('anyEvent')], ...states.map((state) => [state, r(`state.${state}`)] as const)]}
          onChange={(state) => set({ state })}
        />
        <Choice
          label={r('purpose')}
          value={filter.purpose ?? ''}
          options={[['', r('anyPurpose')], ...(choices?.purposes ?? []).map(({ id, name }) => [id, name] as const)]}
          onChange={(purpose) => set({ purpose })}
        />
        <Choice
          label={r('notice')}
          value={filter.notice ?? ''}
          options={[
            ['', r('anyNotice')],
            ...(choices?.notices ?? []).map((notice) => [notice, r('noticeIs', { notice })] as const),
          ]}
          onChange={(notice) => set({ notice })}
        />
        {Object.keys(filter).length > 0 && (
          <button type="reset" class="text-button" onClick={() => onFilter({})}>
            {r('clear')}
          </button>
        )}
      </form>
    </search>
  );
}
