import { useEffect, useRef, useState } from 'preact/hooks';
import type { Ask } from '../api.ts';
import { t } from '../i18n.ts';
import type { Workspace } from '../models/workspace.ts';
import { Composer } from '../ui/Composer.tsx';
import { InboxList } from '../ui/InboxList.tsx';
import { LineStrip } from '../ui/LineStrip.tsx';
import { Nothing } from '../ui/Nothing.tsx';
import { objectName, subjectName } from '../ui/names.ts';
import { Rail } from '../ui/Rail.tsx';
import { Side } from '../ui/Side.tsx';
import { Talk } from '../ui/Talk.tsx';
import { TalkHead } from '../ui/TalkHead.tsx';

/** As in console.css. */
const ONE_COLUMN = '(max-width: 47.49rem)';

interface InboxProps {
  workspace: Workspace;
  ask: Ask;
  onSignOut(): void;
}

/** The console at work: places, list, talk, and what was agreed. On a phone one column at a time. */
export function Inbox({ workspace, ask, onSignOut }: InboxProps) {
  const conversation = workspace.current.value;
  const [sideOpen, setSideOpen] = useState(false);
  useEffect(() => setSideOpen(false), [conversation]);
  useColumnFocus(conversation?.id ?? null);

  useEffect(() => {
    if (!sideOpen) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') closeSide();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [sideOpen]);

  function closeSide(): void {
    setSideOpen(false);
    document.getElementById('side-button')?.focus();
  }
  const column = !conversation ? 'list' : sideOpen ? 'side' : 'talk';
  return (
    <div class="con" data-column={column}>
      <Rail workspace={workspace} place="inbox" onSignOut={onSignOut} />
      <main class="work">
        <h1 class="sr">{t('app.name')}</h1>
        <LineStrip connection={workspace.connection} />
        <InboxList workspace={workspace} />
        {conversation ? (
          <>
            <section class="talk" key={conversation.id} aria-label={t('talk.label', { name: talkName(workspace) })}>
              <TalkHead
                workspace={workspace}
                conversation={conversation}
                sideOpen={sideOpen}
                onSide={() => setSideOpen(!sideOpen)}
              />
              <Talk workspace={workspace} conversation={conversation} ask={ask} />
              <Composer workspace={workspace} conversation={conversation} />
            </section>
            <Side conversation={conversation} ask={ask} line={workspace.connection} open={sideOpen} onClose={closeSide} />
          </>
        ) : (
          <Nothing workspace={workspace} />
        )}
      </main>
      <Heard workspace={workspace} />
    </div>
  );
}

/** Where one column takes the place of another, the focus goes with it. */
function useColumnFocus(id: string | null): void {
  const before = useRef<string | null>(null);
  useEffect(() => {
    const left = before.current;
    before.current = id;
    if (left === id || !matchMedia(ONE_COLUMN).matches) return;
    const target =
      id === null ? document.querySelector<HTMLElement>(`[data-conversation="${left}"]`) : document.getElementById('talk-name');
    target?.focus();
  }, [id]);
}

function talkName({ current }: Workspace): string {
  return objectName(current.value?.facts.value?.visitorName ?? null);
}

/** New messages of the open conversation, said to a screen reader. History never is. */
function Heard({ workspace }: { workspace: Workspace }) {
  const heard = workspace.heard.value;
  return (
    <div class="sr" aria-live="polite" data-heard>
      {heard && t('talk.announce', { name: subjectName(heard.name), text: heard.body })}
    </div>
  );
}
