import { useRef, useState } from 'preact/hooks';
import { languageName, moment, recordTime } from '../format.ts';
import { now } from '../models/clock.ts';
import type { NoticeDeskModel } from '../models/notice-desk.ts';
import type { NoticeSheet } from '../models/notice-sheet.ts';
import { noticeHref } from '../models/route.ts';
import { Icon } from '../ui/icons.tsx';
import { PublishDialog } from './PublishDialog.tsx';
import { placeName } from './places.ts';
import { n, refusalWords } from './words.ts';

interface HeadProps {
  model: NoticeDeskModel;
  sheet: NoticeSheet;
  onFindings(): void;
}

/** Which notice this is, how it stands, and the two things to do with it. */
export function Head({ model, sheet, onFindings }: HeadProps) {
  const desk = sheet.desk.value;
  const [asking, setAsking] = useState<NonNullable<typeof desk>['draft']>(null);
  const [told, setTold] = useState('');
  const button = useRef<HTMLButtonElement>(null);
  const block = sheet.block.value;
  const errors = desk?.findings.filter(({ level }) => level === 'error').length ?? 0;

  async function save(): Promise<void> {
    await sheet.save();
    setTold(sheet.saving.peek() === 'saved' ? savedWords(sheet) : '');
  }
  function ask(): void {
    if (block === 'errors') onFindings();
    if (!block && desk?.draft) setAsking(desk.draft);
  }
  async function publish() {
    const refused = await sheet.publish();
    // The banner of the conflict takes over where the words were not those that were seen.
    if (refused && !sheet.theirs.peek()) return refused;
    if (!refused) {
      setTold(n('published', { version: sheet.desk.peek()?.inForce?.version ?? '' }));
      void model.show({ site: sheet.site, locale: sheet.locale });
    }
    return null;
  }

  return (
    <header class="nhead">
      <div class="nhead-top">
        <div class="nwho">
          <h1 class="ntitle">{n('title')}</h1>
          <p>
            {desk && `${desk.site.name} · `}
            {languageName(sheet.locale)} · {desk && <InForce inForce={desk.inForce} />}
          </p>
        </div>
        {sheet.doc.value && (
          <div class="nhead-tail">
            <SaveState sheet={sheet} />
            <button type="button" class="cbtn" onClick={() => void save()}>
              {n('save')}
            </button>
            <button
              type="button"
              class="cbtn main"
              ref={button}
              aria-disabled={block !== null}
              aria-describedby={block ? 'publish-why' : undefined}
              onClick={ask}
            >
              {n('publish')}
            </button>
            {block && (
              <p class="nwhy" id="publish-why">
                {n(`block.${block}`, { count: errors })}
              </p>
            )}
          </div>
        )}
        <p class="sr" role="status">
          {told}
        </p>
      </div>
      <Ways model={model} sheet={sheet} />
      <Notes notes={desk?.notes ?? []} />
      {asking && desk && (
        <PublishDialog
          desk={desk}
          draft={asking}
          onPublish={publish}
          onClose={() => {
            setAsking(null);
            if (sheet.theirs.peek()) document.getElementById('conflict')?.focus();
            else button.current?.focus();
          }}
        />
      )}
    </header>
  );
}

function InForce({ inForce }: { inForce: NonNullable<NoticeSheet['desk']['value']>['inForce'] }) {
  if (!inForce) return <>{n('neverPublished')}</>;
  return (
    <>
      {n('inForce', { version: inForce.version, time: recordTime(inForce.publishedAt) })} ·{' '}
      <a href={`/notice/${inForce.hash}`} target="_blank" rel="noopener">
        {n('readInForce')}
        <span class="sr"> {n('opensNew')}</span>
      </a>
    </>
  );
}

function savedWords(sheet: NoticeSheet): string {
  const draft = sheet.desk.value?.draft;
  return draft ? n('save.saved', { time: moment(draft.updatedAt, now.value) }) : n('save.unchanged');
}

/** Whether the relay has what is written, and if not, why. */
function SaveState({ sheet }: { sheet: NoticeSheet }) {
  const saving = sheet.saving.value;
  const failure = sheet.failure.value;
  const doc = sheet.doc.value;
  if (saving !== 'failed' || !failure || !doc)
    return (
      <p class="nsave">{saving === 'saved' ? savedWords(sheet) : n(saving === 'saving' ? 'save.saving' : 'save.unsaved')}</p>
    );
  const places = Object.keys(failure.fields ?? {}).map((path) => placeName(path.replace(/^doc\./, ''), doc));
  const words =
    failure.code === 'no_answer'
      ? n('save.noConnection')
      : failure.code === 'invalid' && places.length > 0
        ? n('save.invalid', { places: places.join('; ') })
        : n('save.failed', { why: refusalWords(failure) });
  return (
    <div class="nsave failed" role="status">
      <Icon name={failure.code === 'no_answer' ? 'off' : 'warn'} small />
      <span>{words}</span>
      <button type="button" class="text-button" onClick={() => void sheet.save()}>
        {n('retry')}
      </button>
    </div>
  );
}

/** The other notices: by site, and by language, also those that could be begun. */
function Ways({ model, sheet: { site, locale } }: { model: NoticeDeskModel; sheet: NoticeSheet }) {
  const shelf = model.shelf.value;
  if (!shelf) return null;
  const own = shelf.sites.find(({ key }) => key === site)?.locales ?? [];
  const written = new Map(own.map((one) => [one.locale, one]));
  const locales = [...new Set([...written.keys(), ...shelf.profiles.flatMap((one) => one.locales), locale])];
  return (
    <>
      {shelf.sites.length > 1 && (
        <nav class="nways" aria-label={n('sites')}>
          {shelf.sites.map(({ key, name, locales: [first] }) => (
            <a
              key={key}
              href={noticeHref({ site: key, locale: first?.locale ?? locale })}
              aria-current={key === site ? 'true' : undefined}
            >
              {name}
            </a>
          ))}
        </nav>
      )}
      {locales.length > 1 && (
        <nav class="nways" aria-label={n('languages')}>
          {locales.map((one) => (
            <a
              key={one}
              class={written.has(one) ? undefined : 'unwritten'}
              href={noticeHref({ site, locale: one })}
              aria-current={one === locale ? 'page' : undefined}
            >
              {written.has(one) ? languageName(one) : n('notWritten', { language: languageName(one) })}
              {written.get(one)?.hasDraft && <small>{n('draftMark')}</small>}
            </a>
          ))}
        </nav>
      )}
    </>
  );
}

function Notes({ notes }: { notes: readonly string[] }) {
  if (notes.length === 0) return null;
  return (
    <section class="nnotes" aria-labelledby="notes-title">
      <Icon name="warn" />
      <div>
        <h2 id="notes-title">{n('notesTitle')}</h2>
        <p>{n('notesText')}</p>
        <ul>
          {notes.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      </div>
    </section>
  );
}
