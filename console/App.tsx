import { effect } from '@preact/signals';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { Me } from '../shared/api.ts';
import type { Presence } from '../shared/events.ts';
import { createAsk, createNoticeApi, type NoticeApi } from './api.ts';
import type { Connection } from './connection.ts';
import { t } from './i18n.ts';
import { createNoticesPlace, type NoticesPlace } from './models/notices-place.ts';
import { forgetPreferences } from './models/preferences.ts';
import { createPrivacyPlace } from './models/privacy-place.ts';
import { type Route, watchRoute } from './models/route.ts';
import type { Session } from './models/session.ts';
import { createWorkspace } from './models/workspace.ts';
import { Inbox } from './pages/Inbox.tsx';
import { NoticesGate } from './pages/NoticesGate.tsx';
import { PrivacyGate } from './pages/PrivacyGate.tsx';
import { Reset } from './pages/Reset.tsx';
import { Setup } from './pages/Setup.tsx';
import { SignIn } from './pages/SignIn.tsx';
import { showUnread } from './ui/badge.ts';

const NOTICE_API = createNoticeApi();

/** What outlives a session that ended, for the same agent. */
interface Kept {
  agent: string;
  drafts: ReadonlyMap<string, string>;
  notices: NoticesPlace;
}

/** Opens a line to the relay; main.tsx gives the real one, tests another. */
export type Connect = (presence: () => Presence, onUnauthorized: () => void) => Connection;

/** Which page is shown, by the session's state. */
export function App({ session, connect, noticeApi = NOTICE_API }: { session: Session; connect: Connect; noticeApi?: NoticeApi }) {
  const screen = session.screen.value;
  /** What was written before a session ended, for the same agent's next sign-in in this tab. */
  const kept = useRef<Kept | null>(null);

  // Before the page is painted: who reads that they are signed out must already be forgotten.
  useLayoutEffect(() => {
    if (screen.name !== 'inbox') showUnread(null);
    if (screen.name !== 'sign-in' || screen.ended !== 'signed_out') return;
    kept.current?.notices.stop();
    kept.current = null;
    forgetPreferences();
  }, [screen]);

  switch (screen.name) {
    case 'inbox':
      return (
        <Signed
          key={screen.me.id}
          me={screen.me}
          session={session}
          connect={connect}
          noticeApi={noticeApi}
          kept={kept.current?.agent === screen.me.id ? kept.current : null}
          onLeave={(drafts, notices) => {
            kept.current = { agent: screen.me.id, drafts, notices };
          }}
        />
      );
    case 'setup':
      return <Setup session={session} token={screen.token} />;
    case 'reset':
      return <Reset session={session} token={screen.token} />;
    case 'sign-in':
      return <SignIn session={session} ended={screen.ended} />;
    case 'unreachable':
      return <Unreachable session={session} />;
    case 'loading':
      return (
        <main class="gate con">
          <p class="sr" role="status">
            {t('app.loading')}
          </p>
        </main>
      );
  }
}

function Unreachable({ session }: { session: Session }) {
  return (
    <main class="gate con">
      <div class="gate-card" role="alert">
        <h1>{t('app.unreachable')}</h1>
        <p>{t('app.unreachableHelp')}</p>
        <button type="button" class="btn main" onClick={() => void session.start(null)}>
          {t('app.retry')}
        </button>
      </div>
    </main>
  );
}

interface SignedProps {
  me: Me;
  session: Session;
  connect: Connect;
  noticeApi: NoticeApi;
  kept: Kept | null;
  onLeave(drafts: ReadonlyMap<string, string>, notices: NoticesPlace): void;
}

/** Lives from sign-in to sign-out: the line is opened with it and closed with it. */
function Signed({ me, session, connect, noticeApi, kept, onLeave }: SignedProps) {
  const route = useMemo<Route>(watchRoute, []);
  const workspace = useMemo(
    () =>
      createWorkspace({
        me,
        drafts: kept?.drafts ?? new Map(),
        connect: (presence) => connect(presence, () => session.ended('expired')),
        onEnded: (reason) => session.ended(reason),
        onOpen: route.go,
        onGone: () => route.go(null),
      }),
    [],
  );
  const notices = useMemo(
    () =>
      kept?.notices ??
      createNoticesPlace(
        noticeApi,
        () => import('./pages/Notices.tsx'),
        () => session.ended('expired'),
      ),
    [],
  );
  const privacy = useMemo(() => createPrivacyPlace(() => import('./privacy/Desk.tsx')), []);
  const ask = useMemo(() => createAsk(() => session.ended('expired')), []);
  // Other agents have no such places: the relay would refuse every word of them.
  const atNotices = me.role === 'owner' ? route.notices.value : null;
  const atPrivacy = me.role === 'agent' ? null : route.privacy.value;
  const place = atNotices ? 'notices' : atPrivacy ? 'privacy' : 'inbox';

  // A layout effect, because its end comes before the next page is drawn: what was written must be safe by then.
  useLayoutEffect(() => {
    const stop = effect(() => workspace.show(route.id.value));
    const warn = (event: BeforeUnloadEvent) => {
      if (workspace.hasUnsent() || notices.hasUnsaved()) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => {
      window.removeEventListener('beforeunload', warn);
      stop();
      route.stop();
      onLeave(workspace.leave(), notices);
    };
  }, []);
  useLayoutEffect(() => effect(() => showUnread(workspace.inbox.unread.value, place)), [place]);
  useRailFocus(place);

  const signOut = () => void session.signOut();
  if (atPrivacy) return <PrivacyGate workspace={workspace} place={privacy} address={atPrivacy} ask={ask} onSignOut={signOut} />;
  return atNotices ? (
    <NoticesGate workspace={workspace} place={notices} address={atNotices.address} onSignOut={signOut} />
  ) : (
    <Inbox workspace={workspace} ask={ask} onSignOut={signOut} />
  );
}

/** Where one place takes the place of another, the focus stays on the way there instead of being lost. */
function useRailFocus(place: string): void {
  const before = useRef(place);
  useLayoutEffect(() => {
    if (before.current === place) return;
    before.current = place;
    if (document.activeElement === document.body) document.querySelector<HTMLElement>('.rail [aria-current]')?.focus();
  }, [place]);
}
