import type { DeskPageProps } from '../pages.ts';
import { SettingsPage } from '../SettingsPage.tsx';
import { SiteChoice } from './SiteChoice.tsx';
import { a } from './words.ts';

/** Who may read a talk after its withdrawal. */
export function After(props: DeskPageProps) {
  return <SettingsPage {...props} title={a('title')} lead={a('lead')} draw={(site) => <SiteChoice {...site} />} />;
}
