import type { ComponentChildren } from 'preact';
import type { SiteSettingsShelf } from '../../shared/owner-api.ts';
import type { Ask } from '../api.ts';
import type { DeskPageProps } from './pages.ts';
import { Failed, PageHead } from './parts.tsx';
import { useAsked } from './use-asked.ts';
import { d } from './words.ts';
import '../styles/choice.css';

/** What a page of settings needs to draw those of one site. */
export interface SiteSettingsProps {
  site: SiteSettingsShelf['sites'][number];
  mayChange: boolean;
  ask: Ask;
  onSaved(shelf: SiteSettingsShelf): void;
  onConflict(): void;
}

interface Props extends DeskPageProps {
  title: string;
  lead: string;
  draw(site: SiteSettingsProps): ComponentChildren;
}

/** A page of what is set site by site: set by owners, seen by all who are at the desk. */
export function SettingsPage({ title, lead, draw, ask, me, connection }: Props) {
  const shelf = useAsked<SiteSettingsShelf>(ask, connection, 'settings');
  const sites = shelf.data?.sites ?? [];
  return (
    <>
      <PageHead title={title} lead={lead} />
      <div class="settings">
        {shelf.failure && !shelf.data ? (
          <Failed failure={shelf.failure} onRetry={shelf.again} />
        ) : !shelf.data ? (
          <p class="desk-quiet">{d('loading')}</p>
        ) : (
          sites.map((site) => (
            <section key={site.key} aria-labelledby={sites.length > 1 ? `site-${site.key}` : undefined}>
              {sites.length > 1 && <h3 id={`site-${site.key}`}>{site.name}</h3>}
              {draw({ site, mayChange: me.role === 'owner', ask, onSaved: shelf.put, onConflict: shelf.again })}
            </section>
          ))
        )}
      </div>
    </>
  );
}
