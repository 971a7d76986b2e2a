import { useRef, useState } from 'preact/hooks';
import type { RegisterChoices, RegisterFilterInput, RegisterLine, RegisterPage } from '../../../shared/register.ts';
import type { ApiFailure } from '../../api.ts';
import { Icon } from '../../ui/icons.tsx';
import type { DeskPageProps } from '../pages.ts';
import { Empty, Failed, PageHead } from '../parts.tsx';
import { useAsked } from '../use-asked.ts';
import { d } from '../words.ts';
import { Entry } from './Entry.tsx';
import { Filters } from './Filters.tsx';
import { Lines } from './Lines.tsx';
import { VerifyAll } from './Verify.tsx';
import { r } from './words.ts';

/** Every decision that was ever made, as the ledger has it: to search, to look at, to verify and to take along. */
export function Register(props: DeskPageProps) {
  const { ask, connection } = props;
  const [filter, setFilter] = useState<RegisterFilterInput>({});
  const choices = useAsked<RegisterChoices>(ask, connection, 'register/choices');
  const found = useAsked<RegisterPage>(ask, connection, 'register/search', { filter, before: null });
  const [open, setOpen] = useState<RegisterLine | null>(null);
  const opener = useRef<HTMLElement | null>(null);
  const site = filter.site ?? choices.data?.sites[0]?.key ?? '';
  const query = new URLSearchParams(Object.entries(filter)).toString();
  const isFiltered = Object.keys(filter).length > 0;
  const page = found.data;

  function close(): void {
    setOpen(null);
    opener.current?.focus();
  }

  return (
    <>
      <PageHead title={r('title')} lead={r('lead')}>
        {(['csv', 'json'] as const).map((format) => (
          <a key={format} class="cbtn" href={`/api/agent/register/export.${format}?${query}`} download>
            <Icon name="get" small />
            {r(`export.${format}`)}
          </a>
        ))}
      </PageHead>
      <Filters filter={filter} choices={choices.data} onFilter={setFilter} />
      <div class={open ? 'split open' : 'split'}>
        <div class="split-main">
          {found.failure && !page ? (
            <Failed failure={found.failure} onRetry={found.again} />
          ) : !page ? (
            <p class="desk-quiet">{d('loading')}</p>
          ) : page.lines.length === 0 ? (
            <Empty icon="register" title={r(isFiltered ? 'none' : 'empty')} text={r(isFiltered ? 'noneText' : 'emptyText')} />
          ) : (
            <Lines
              lines={page.lines}
              selected={open?.id ?? null}
              onSelect={(line, from) => {
                opener.current = from;
                setOpen(line);
              }}
            />
          )}
          {page?.next && <More {...props} filter={filter} page={page} onMore={found.put} />}
          {page && page.lines.length > 0 && (
            <footer class="reg-foot">
              {site !== '' && <VerifyAll ask={ask} site={site} />}
              <span class="reg-count" role="status">
                {page.count === null || page.count >= page.most
                  ? r('countMost', { count: page.most })
                  : r('count', { count: page.count })}
              </span>
            </footer>
          )}
        </div>
        {open && <Entry key={open.id} line={open} ask={ask} connection={connection} onClose={close} />}
      </div>
    </>
  );
}

interface MoreProps extends DeskPageProps {
  filter: RegisterFilterInput;
  page: RegisterPage;
  onMore(page: RegisterPage): void;
}

function More({ ask, filter, page, onMore }: MoreProps) {
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  async function more(): Promise<void> {
    const next = await ask<RegisterPage>('register/search', { filter, before: page.next });
    setFailure(next.ok ? null : next.error);
    if (next.ok) onMore({ ...next.data, count: page.count, lines: [...page.lines, ...next.data.lines] });
  }
  if (failure) return <Failed failure={failure} onRetry={() => void more()} />;
  return (
    <button type="button" class="more cbtn" onClick={() => void more()}>
      {d('more')}
    </button>
  );
}
