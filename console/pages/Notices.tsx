import { useEffect, useState } from 'preact/hooks';
import type { Connection } from '../connection.ts';
import type { NoticeAddress, NoticeDeskModel } from '../models/notice-desk.ts';
import { getAt } from '../models/notice-doc.ts';
import type { NoticeSheet } from '../models/notice-sheet.ts';
import { Aside, type Tab } from '../notices/Aside.tsx';
import { Conflict } from '../notices/Conflict.tsx';
import { Editor, goToPlace } from '../notices/Editor.tsx';
import { type Finding, placeOfFinding } from '../notices/finding-places.ts';
import { Head } from '../notices/Head.tsx';
import { ReadyMade, Start } from '../notices/Start.tsx';
import { useNarrow } from '../notices/use-narrow.ts';
import { n, refusalWords } from '../notices/words.ts';
import { Icon } from '../ui/icons.tsx';
import '../styles/notices.css';

export { createNoticeDesk } from '../models/notice-desk.ts';

interface NoticesProps {
  desk: NoticeDeskModel;
  address: NoticeAddress | null;
  connection: Connection;
}

/** The owner's page for the notices of the relay's sites: what is written, what it looks like, what it changes. */
export function Notices({ desk, address, connection }: NoticesProps) {
  const key = address ? `${address.site}/${address.locale}` : '';
  useEffect(() => void desk.show(address), [key]);
  const online = connection.state.value === 'online';
  useEffect(() => {
    if (online) desk.retry();
  }, [online]);
  const sheet = desk.sheet.value;
  const failure = desk.failure.value;
  if (sheet) return <Sheet key={`${sheet.site}/${sheet.locale}`} model={desk} sheet={sheet} />;
  return (
    <div class="page">
      <h1 class="ntitle">{n('title')}</h1>
      {failure ? (
        <Failed why={refusalWords(failure)} onRetry={() => void desk.show(address)} />
      ) : (
        <p class="nquiet">{n('loading')}</p>
      )}
    </div>
  );
}

function Failed({ why, onRetry }: { why: string; onRetry(): void }) {
  return (
    <div class="wrong-sum nfailed" role="alert">
      <Icon name="wrong" />
      <div>
        <b>{n('loadFailed', { why })}</b>
        <button type="button" class="text-button" onClick={onRetry}>
          {n('retry')}
        </button>
      </div>
    </div>
  );
}

function Sheet({ model, sheet }: { model: NoticeDeskModel; sheet: NoticeSheet }) {
  const narrow = useNarrow();
  const [tab, setTab] = useState<Tab>('edit');
  const desk = sheet.desk.value;
  const doc = sheet.doc.value;
  const draft = desk?.draft?.doc;
  const failure = sheet.failure.value;
  const found = new Map<string, Finding[]>();
  if (doc && draft)
    for (const one of draft ? desk.findings : []) {
      const path = placeOfFinding(one, doc);
      // What was changed since the linter looked is no longer what it speaks of.
      const isSame = path !== null && JSON.stringify(getAt(doc, path)) === JSON.stringify(getAt(draft, path));
      if (isSame) found.set(path, [...(found.get(path) ?? []), one]);
    }

  function goTo(path: string): void {
    setTab('edit');
    // On a narrow page the words must be drawn before they can take the focus.
    requestAnimationFrame(() => goToPlace(path));
  }

  const aside = desk && doc && (
    <Aside key="aside" sheet={sheet} desk={desk} doc={doc} tab={tab} narrow={narrow} onTab={setTab} onGo={goTo} />
  );
  return (
    <div class="page npage">
      <Head model={model} sheet={sheet} onFindings={() => setTab('findings')} />
      <Conflict sheet={sheet} />
      {!desk ? (
        failure ? (
          <Failed why={refusalWords(failure)} onRetry={() => void sheet.load()} />
        ) : (
          <p class="nquiet">{n('loading')}</p>
        )
      ) : doc ? (
        <div class="nbody">
          {narrow && aside}
          <div class="nwords" key="words" hidden={narrow && tab !== 'edit'}>
            <Editor
              editing={{ doc, found, onEdit: (next) => sheet.edit(next), onRemove: (next, name) => sheet.remove(next, name) }}
            />
            <Again model={model} sheet={sheet} />
            <Undo sheet={sheet} />
          </div>
          {!narrow && aside}
        </div>
      ) : (
        <Start sheet={sheet} shelf={model.shelf.value} copy={(locale) => model.copy(locale)} />
      )}
    </div>
  );
}

/** The ready-made texts, for whoever wants to begin anew. */
function Again({ model, sheet }: { model: NoticeDeskModel; sheet: NoticeSheet }) {
  const shelf = model.shelf.value;
  if (!shelf?.profiles.some(({ locales }) => locales.includes(sheet.locale))) return null;
  return (
    <details class="nagain">
      <summary>
        <Icon name="down" small />
        <h2>{n('start.again')}</h2>
      </summary>
      <ReadyMade sheet={sheet} shelf={shelf} />
    </details>
  );
}

/** What was taken away can be put back until the next change. */
function Undo({ sheet }: { sheet: NoticeSheet }) {
  const undo = sheet.undo.value;
  return (
    <div role="status" class="nundo">
      {undo && (
        <div class="strip">
          <span>{undo.removed === null ? n('undo.replaced') : n('undo.removed', { name: undo.removed })}</span>
          <button type="button" class="text-button" data-put-back onClick={() => sheet.putBack()}>
            {n('undo.putBack')}
          </button>
        </div>
      )}
    </div>
  );
}
