import { useEffect } from 'preact/hooks';
import type { NoticeAddress } from '../models/notice-desk.ts';
import type { NoticesPlace } from '../models/notices-place.ts';
import type { Workspace } from '../models/workspace.ts';
import { LineStrip } from '../ui/LineStrip.tsx';
import { Rail } from '../ui/Rail.tsx';
import { Waiting } from '../ui/Waiting.tsx';

interface GateProps {
  workspace: Workspace;
  place: NoticesPlace;
  address: NoticeAddress | null;
  onSignOut(): void;
}

/** The frame of the owner's page, which is fetched on the first visit. The line of the inbox runs on beside it. */
export function NoticesGate({ workspace, place, address, onSignOut }: GateProps) {
  useEffect(() => place.open(), []);
  const opened = place.opened.value;
  return (
    <div class="con whole">
      <Rail workspace={workspace} place="notices" onSignOut={onSignOut} />
      <main class="work">
        <LineStrip connection={workspace.connection} />
        {typeof opened === 'object' ? (
          <opened.Page desk={opened.desk} address={address} connection={workspace.connection} />
        ) : (
          <Waiting state={opened} onRetry={() => place.open()} />
        )}
      </main>
    </div>
  );
}
