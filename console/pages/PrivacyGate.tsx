import { useEffect } from 'preact/hooks';
import type { Ask } from '../api.ts';
import { t } from '../i18n.ts';
import type { PrivacyPlace } from '../models/privacy-place.ts';
import type { PrivacyAddress } from '../models/route.ts';
import type { Workspace } from '../models/workspace.ts';
import { LineStrip } from '../ui/LineStrip.tsx';
import { Rail } from '../ui/Rail.tsx';
import { Waiting } from '../ui/Waiting.tsx';

interface GateProps {
  workspace: Workspace;
  place: PrivacyPlace;
  address: PrivacyAddress;
  ask: Ask;
  onSignOut(): void;
}

/** The frame of the privacy desk, which is fetched on the first visit. The line of the inbox runs on beside it. */
export function PrivacyGate({ workspace, place, address, ask, onSignOut }: GateProps) {
  useEffect(() => place.open(), []);
  const Opened = place.opened.value;
  return (
    <div class="con whole">
      <Rail workspace={workspace} place="privacy" onSignOut={onSignOut} />
      <main class="work">
        <LineStrip connection={workspace.connection} />
        {typeof Opened === 'string' ? (
          <Waiting state={Opened} title={t('places.privacy')} onRetry={() => place.open()} />
        ) : (
          <Opened address={address} ask={ask} me={workspace.me} connection={workspace.connection} />
        )}
      </main>
    </div>
  );
}
