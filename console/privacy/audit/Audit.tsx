import { useState } from 'preact/hooks';
import type { AuditFilterInput, AuditPage } from '../../../shared/audit-api.ts';
import type { ApiFailure } from '../../api.ts';
import { Icon } from '../../ui/icons.tsx';
import type { DeskPageProps } from '../pages.ts';
import { Empty, Failed, PageHead } from '../parts.tsx';
import { useAsked } from '../use-asked.ts';
import { d } from '../words.ts';
import { Filters } from './Filters.tsx';
import { Lines } from './Lines.tsx';
import { a } from './words.ts';
import '../../styles/audit.css';

/** Who did what with people's data: to see, to narrow down and to take along (PR-82). */
export function Audit(props: DeskPageProps) {
  const { ask, connection } = props;
  const [filter, setFilter] = useState<AuditFilterInput>({});
  const found = useAsked<AuditPage>(ask, connection, 'audit/search', { filter, before: null });
  const query = new URLSearchParams(Object.entries(filter)).toString();
  const isFiltered = Object.keys(filter).length > 0;
  const page = found.data;
  return (
    <>
      <PageHead title={a('title')} lead={a('lead')}>
        {(['csv', 'json'] as const).map((format) => (
          <a key={format} class="cbtn" href={`/api/agent/audit/export.${format}?${query}`} download>
            <Icon name="get" small />
            {a(`export.${format}`)}
          </a>
        ))}
      </PageHead>
      <Filters filter={filter} agents={page?.agents ?? []} onFilter={setFilter} />
      <div class="split">
        <div class="split-main">
          {found.failure ? (
            <Failed failure={found.failure} onRetry={found.again} />
          ) : !page ? (
            <p class="desk-quiet">{d('loading')}</p>
          ) : page.lines.length === 0 ? (
            <Empty icon="register" title={a(isFiltered ? 'none' : 'empty')} text={a(isFiltered ? 'noneText' : 'emptyText')} />
          ) : (
            <Lines lines={page.lines} onObject={(object) => setFilter({ ...filter, object })} />
          )}
          {page?.next && !found.failure && <More {...props} filter={filter} page={page} onMore={found.put} />}
          {page && page.lines.length > 0 && (
            <footer class="reg-foot">
              <span class="reg-count" role="status">
                {a(page.next ? 'countMore' : 'count', { count: page.lines.length })}
              </span>
            </footer>
          )}
        </div>
      </div>
    </>
  );
}

interface MoreProps extends DeskPageProps {
  filter: AuditFilterInput;
  page: AuditPage;
  onMore(page: AuditPage): void;
}

function More({ ask, filter, page, onMore }: MoreProps) {
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  async function more(): Promise<void> {
    const next = await ask<AuditPage>('audit/search', { filter, before: page.next });
    setFailure(next.ok ? null : next.error);
    if (next.ok) onMore({ ...next.data, lines: [...page.lines, ...next.data.lines] });
  }
  if (failure) return <Failed failure={failure} onRetry={() => void more()} />;
  return (
    <button type="button" class="more cbtn" onClick={() => void more()}>
      {d('more')}
    </button>
  );
}
