import { effect } from '@preact/signals';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { Me } from '../shared/api.ts';
import type { Presence } from '../shared/events.ts';
import type { Connection } from './connection.ts';
import { t } from './i18n.ts';
import { forgetPreferences } from './models/preferences.ts';
import { type Route, watchRoute } from './models/route.ts';
import type { Session } from './models/session.ts';
import { createWorkspace } from './models/workspace.ts';
import { Inbox } from './pages/Inbox.tsx';
import { Reset } from './pages/Reset.tsx';
import { Setup } from './pages/Setup.tsx';
import { SignIn } from './pages/SignIn.tsx';
import { showUnread } from './ui/badge.ts';

/** Opens a line to the relay; main.tsx gives the real one, tests another. */
export type Connect = (presence: () => Presence, onUnauthorized: () => void) => Connection;

/** Which page is shown, by the session's state. */
export function App({ session, connect }: { session: Session; connect: Connect }) {
  const screen = session.screen.value;
  /** What was written before a session ended, for the same agent's next sign-in in this tab. */
  const kept = useRef<{ agent: string; drafts: ReadonlyMap<string, string> } | null>(null);

  // Before the page is painted: who reads that they are signed out must already be forgotten.
  useLayoutEffect(() => {
    if (screen.name !== 'inbox') showUnread(null);
    if (screen.name !== 'sign-in' || screen.ended !== 'signed_out') return;
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
          drafts={kept.current?.agent === screen.me.id ? kept.current.drafts : new Map()}
          onLeave={(drafts) => {
            kept.current = { agent: screen.me.id, drafts };
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
  drafts: ReadonlyMap<string, string>;
  onLeave(drafts: ReadonlyMap<string, string>): void;
}

/** Lives from sign-in to sign-out: the line is opened with it and closed with it. */
function Signed({ me, session, connect, drafts, onLeave }: SignedProps) {
  const route = useMemo<Route>(watchRoute, []);
  const workspace = useMemo(
    () =>
      createWorkspace({
        me,
        drafts,
        connect: (presence) => connect(presence, () => session.ended('expired')),
        onEnded: (reason) => session.ended(reason),
        onOpen: route.go,
      }),
    [],
  );

  // A layout effect, because its end comes before the next page is drawn: what was written must be safe by then.
  useLayoutEffect(() => {
    const stops = [effect(() => workspace.show(route.id.value)), effect(() => showUnread(workspace.inbox.unread.value))];
    const warn = (event: BeforeUnloadEvent) => {
      if (workspace.hasUnsent()) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => {
      window.removeEventListener('beforeunload', warn);
      for (const stop of stops) stop();
      route.stop();
      onLeave(workspace.leave());
    };
  }, []);

  return <Inbox workspace={workspace} onSignOut={() => void session.signOut()} />;
}
