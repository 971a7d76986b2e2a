import type { SiteSettingsShelf } from '../../../shared/owner-api.ts';
import type { DeskPageProps } from '../pages.ts';
import { Failed, PageHead } from '../parts.tsx';
import { useAsked } from '../use-asked.ts';
import { d } from '../words.ts';
import { SiteChoice } from './SiteChoice.tsx';
import { a } from './words.ts';
import '../../styles/after.css';

/** Who may read a talk after its withdrawal, site by site: set by owners, seen by all who are at the desk. */
export function After({ ask, me, connection }: DeskPageProps) {
  const shelf = useAsked<SiteSettingsShelf>(ask, connection, 'settings');
  const sites = shelf.data?.sites ?? [];
  return (
    <>
      <PageHead title={a('title')} lead={a('lead')} />
      <div class="after">
        {shelf.failure && !shelf.data ? (
          <Failed failure={shelf.failure} onRetry={shelf.again} />
        ) : !shelf.data ? (
          <p class="desk-quiet">{d('loading')}</p>
        ) : (
          sites.map((site) => (
            <SiteChoice
              key={site.key}
              site={site}
              isNamed={sites.length > 1}
              mayChange={me.role === 'owner'}
              ask={ask}
              onSaved={shelf.put}
              onConflict={shelf.again}
            />
          ))
        )}
      </div>
    </>
  );
}
