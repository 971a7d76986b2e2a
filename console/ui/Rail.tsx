import { t } from '../i18n.ts';
import type { Workspace } from '../models/workspace.ts';
import { Icon, Mark } from './icons.tsx';
import { OwnMenu } from './OwnMenu.tsx';

/** The places of the console, and one's own face with its menu. */
export function Rail({ workspace, onSignOut }: { workspace: Workspace; onSignOut(): void }) {
  return (
    <nav class="rail" aria-label={t('places.label')}>
      <span class="launch-mark">
        <Mark />
      </span>
      <a href="#inbox" aria-current="page">
        <Icon name="inbox" />
        {t('places.inbox')}
      </a>
      <OwnMenu workspace={workspace} onSignOut={onSignOut} />
    </nav>
  );
}
