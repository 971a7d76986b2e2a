import { useState } from 'preact/hooks';
import type { NoticeShelf } from '../../shared/owner-api.ts';
import type { ApiFailure } from '../api.ts';
import { languageName } from '../format.ts';
import { blankNotice } from '../models/notice-doc.ts';
import type { NoticeSheet } from '../models/notice-sheet.ts';
import { Icon, Mark } from '../ui/icons.tsx';
import { n, refusalWords } from './words.ts';

interface StartProps {
  sheet: NoticeSheet;
  shelf: NoticeShelf | null;
  copy(locale: string): Promise<ApiFailure | null>;
}

/** Where there is no notice in this language: what it can be begun from. */
export function Start({ sheet, shelf, copy }: StartProps) {
  const language = languageName(sheet.locale);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const site = shelf?.sites.find(({ key }) => key === sheet.site);
  const others = site?.locales.filter(({ locale }) => locale !== sheet.locale) ?? [];
  return (
    <section class="nstartpage">
      <span class="hero-mark">
        <Mark />
      </span>
      <h2>{n('start.none', { language })}</h2>
      <p>{n('start.noneText', { language })}</p>
      <ReadyMade sheet={sheet} shelf={shelf} />
      <div class="nways">
        {others.map(({ locale }) => (
          <button type="button" class="cbtn" key={locale} onClick={() => void copy(locale).then(setFailure)}>
            {n('start.copy', { language: languageName(locale) })}
          </button>
        ))}
        <button type="button" class="cbtn" onClick={() => sheet.edit(blankNotice(sheet.site, sheet.locale))}>
          {n('start.blank')}
        </button>
      </div>
      <Failed failure={failure} />
    </section>
  );
}

function Failed({ failure }: { failure: ApiFailure | null }) {
  return (
    failure && (
      <p class="wrong-text" role="alert">
        {n('start.failed', { why: refusalWords(failure) })}
      </p>
    )
  );
}

/** The ready-made texts in this language, and a warning that stays with them. */
export function ReadyMade({ sheet, shelf, onDone }: { sheet: NoticeSheet; shelf: NoticeShelf | null; onDone?(): void }) {
  const profiles = shelf?.profiles.filter(({ locales }) => locales.includes(sheet.locale)) ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const profile = profiles.find(({ id }) => id === chosen) ?? profiles[0];
  if (!profile) return <p class="nquiet">{n('start.noProfile', { language: languageName(sheet.locale) })}</p>;

  async function adopt(id: string): Promise<void> {
    const refused = await sheet.adopt(id);
    setFailure(refused);
    if (!refused) onDone?.();
  }
  return (
    <div class="nready">
      <h3>{n('start.title')}</h3>
      <p class="ncare">
        <Icon name="warn" small />
        <span>{n('start.review')}</span>
      </p>
      {sheet.doc.value && <p class="nquiet">{n('start.replaces')}</p>}
      <div class="nready-row">
        <div class="nfield">
          <label for="profile">{n('start.profile')}</label>
          <select id="profile" class="input" value={profile.id} onChange={(event) => setChosen(event.currentTarget.value)}>
            {profiles.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </div>
        <button type="button" class="cbtn" onClick={() => void adopt(profile.id)}>
          {n('start.adopt')}
        </button>
      </div>
      <Failed failure={failure} />
    </div>
  );
}
