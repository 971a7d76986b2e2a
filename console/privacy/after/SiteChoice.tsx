import { useEffect, useState } from 'preact/hooks';
import type { SiteSettingsShelf } from '../../../shared/owner-api.ts';
import { type AfterWithdrawal, READING_GROUNDS } from '../../../shared/reading.ts';
import type { Ask } from '../../api.ts';
import { failureWords } from '../../errors.ts';
import { languageName } from '../../format.ts';
import { a } from './words.ts';

type Site = SiteSettingsShelf['sites'][number];

interface Props {
  site: Site;
  isNamed: boolean;
  mayChange: boolean;
  ask: Ask;
  onSaved(shelf: SiteSettingsShelf): void;
  onConflict(): void;
}

const CHOICES: readonly AfterWithdrawal[] = ['locked', ...READING_GROUNDS];

/** One site's choice, saved by a press: what it does to people is not done by a stray click. */
export function SiteChoice({ site, isNamed, mayChange, ask, onSaved, onConflict }: Props) {
  const [chosen, setChosen] = useState(site.afterWithdrawal);
  const [news, setNews] = useState<{ text: string; isWrong: boolean } | null>(null);
  const [busy, setBusy] = useState(false);
  const name = `after-${site.key}`;
  useEffect(() => setChosen(site.afterWithdrawal), [site.afterWithdrawal]);

  async function save(event: Event): Promise<void> {
    event.preventDefault();
    if (busy || chosen === site.afterWithdrawal) return;
    setBusy(true);
    setNews(null);
    const reply = await ask<SiteSettingsShelf>(`settings/${site.key}/after-withdrawal`, {
      afterWithdrawal: chosen,
      from: site.afterWithdrawal,
    });
    setBusy(false);
    if (reply.ok) {
      onSaved(reply.data);
      setNews({ text: a(chosen === 'locked' ? 'savedLocked' : 'saved'), isWrong: false });
    } else if (reply.error.code === 'conflict') {
      onConflict();
      setNews({ text: a('conflict'), isWrong: true });
    } else setNews({ text: a('failed', { why: failureWords(reply.error.code) }), isWrong: true });
  }

  return (
    <form onSubmit={save} aria-labelledby={isNamed ? `${name}-site` : undefined}>
      {isNamed && <h3 id={`${name}-site`}>{site.name}</h3>}
      <fieldset disabled={!mayChange}>
        <legend>{a('choice')}</legend>
        {CHOICES.map((one) => (
          <label key={one} class={one === chosen ? 'after-one set' : 'after-one'}>
            <input type="radio" name={name} checked={one === chosen} onChange={() => setChosen(one)} />
            <span>
              <b>{a(one)}</b>
              <small>{a(`${one}Text`)}</small>
            </span>
          </label>
        ))}
      </fieldset>
      <p class="under">{a('why')}</p>
      <Notices site={site} />
      {mayChange ? (
        <button type="submit" class="cbtn main" aria-disabled={busy || chosen === site.afterWithdrawal}>
          {a(busy ? 'saving' : 'save')}
        </button>
      ) : (
        <p class="under">{a('onlyOwners')}</p>
      )}
      <p class={news?.isWrong ? 'wrong-text' : 'after-news'} role="status">
        {news?.text}
      </p>
    </form>
  );
}

/** What the notices in force tell visitors of it: only what they say holds. */
function Notices({ site: { afterWithdrawal: set, notices } }: { site: Site }) {
  const isDrafted = notices.some(({ says }) => says !== set);
  return (
    <>
      <ul class="after-notices">
        {notices.map(({ locale, version, says }) => {
          const how =
            says === set
              ? set === 'locked'
                ? 'locked'
                : 'same'
              : says === 'locked'
                ? 'locked'
                : set === 'locked'
                  ? 'lockedNow'
                  : 'other';
          return <li key={locale}>{a('says', { version, locale: languageName(locale), says: a(`says.${how}`) })}</li>;
        })}
      </ul>
      {isDrafted && (
        <p class="under">
          {a('draft')} <a href="#notices">{a('toNotices')}</a>
        </p>
      )}
    </>
  );
}
