import { t } from '../i18n.ts';
import type { Workspace } from '../models/workspace.ts';
import { Icon, Mark } from './icons.tsx';
import { OwnMenu } from './OwnMenu.tsx';

export type PlaceName = 'inbox' | 'notices' | 'privacy';

interface RailProps {
  workspace: Workspace;
  place: PlaceName;
  onSignOut(): void;
}

/** The places of the console, and one's own face with its menu. */
export function Rail({ workspace, place, onSignOut }: RailProps) {
  const { role } = workspace.me;
  const isOwner = role === 'owner';
  const hasDesk = isOwner || role === 'privacy';
  return (
    <nav class={hasDesk ? 'rail places' : 'rail'} aria-label={t('places.label')}>
      <span class="launch-mark">
        <Mark />
      </span>
      <a href="#inbox" aria-current={place === 'inbox' ? 'page' : undefined}>
        <Icon name="inbox" />
        {t('places.inbox')}
      </a>
      {isOwner && (
        <a href="#notices" aria-current={place === 'notices' ? 'page' : undefined}>
          <Icon name="terms" />
          {t('places.notices')}
        </a>
      )}
      {hasDesk && (
        <a href="#privacy" aria-current={place === 'privacy' ? 'page' : undefined}>
          <Icon name="register" />
          {t('places.privacy')}
        </a>
      )}
      <OwnMenu workspace={workspace} onSignOut={onSignOut} />
    </nav>
  );
}
