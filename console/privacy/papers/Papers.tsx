import type { ListedPaper } from '../../../shared/papers.ts';
import { Icon } from '../../ui/icons.tsx';
import type { DeskPageProps } from '../pages.ts';
import { Failed, PageHead } from '../parts.tsx';
import { useAsked } from '../use-asked.ts';
import { d } from '../words.ts';
import { p } from './words.ts';
import '../../styles/papers.css';

/** What a controller or a processor must be able to show: to open, to print, to take along (PR-73). */
export function Papers({ ask, connection }: DeskPageProps) {
  const found = useAsked<{ papers: ListedPaper[] }>(ask, connection, 'papers');
  return (
    <>
      <PageHead title={p('title')} lead={p('lead')} />
      {found.failure && !found.data ? (
        <Failed failure={found.failure} onRetry={found.again} />
      ) : !found.data ? (
        <p class="desk-quiet">{d('loading')}</p>
      ) : (
        <ul class="papers" aria-label={p('list')}>
          {found.data.papers.map((paper) => (
            <Line key={paper.id} {...paper} />
          ))}
        </ul>
      )}
    </>
  );
}

function Line({ id, title, about, blanks }: ListedPaper) {
  const address = `/api/agent/papers/${id}`;
  return (
    <li>
      <div class="papers-what">
        <h3>{title}</h3>
        <p>{about}</p>
        <p class={blanks === 0 ? 'papers-blanks whole' : 'papers-blanks'}>
          <Icon name={blanks === 0 ? 'check' : 'pen'} small />
          {blanks === 0 ? p('blanks.none') : blanks === 1 ? p('blanks.one') : p('blanks', { count: blanks })}
        </p>
      </div>
      <div class="papers-do">
        <a class="cbtn" href={`${address}.html`} target="_blank" rel="noopener" aria-label={p('open.of', { title })}>
          <Icon name="eye" small />
          {p('open')}
        </a>
        <a class="text-button" href={`${address}.md`} download aria-label={p('markdown.of', { title })}>
          {p('markdown')}
        </a>
      </div>
    </li>
  );
}
