import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { SiteSettingsShelf } from '../../shared/owner-api.ts';
import type { ApiResult } from '../api.ts';
import { failureWords } from '../errors.ts';
import { d } from './words.ts';

interface Props<T extends string> {
  /** Unique on the page, of letters that an id may have. */
  name: string;
  legend: string;
  choices: readonly { id: T; title: string; text: string }[];
  /** What is set now. */
  set: T;
  mayChange: boolean;
  save(to: T): Promise<ApiResult<SiteSettingsShelf>>;
  onSaved(shelf: SiteSettingsShelf): void;
  onConflict(): void;
  /** What saving has brought, once it is done. */
  savedWords(to: T, shelf: SiteSettingsShelf): string;
  /** Between the choices and the button. */
  children: ComponentChildren;
}

/** One setting of one site, saved by a press: what it does to people is not done by a stray click. */
export function Choice<T extends string>(props: Props<T>) {
  const { name, legend, choices, set, mayChange, children } = props;
  const [chosen, setChosen] = useState(set);
  const [news, setNews] = useState<{ text: string; isWrong: boolean } | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => setChosen(set), [set]);

  async function save(event: Event): Promise<void> {
    event.preventDefault();
    if (busy || chosen === set) return;
    setBusy(true);
    setNews(null);
    const reply = await props.save(chosen);
    setBusy(false);
    if (reply.ok) {
      props.onSaved(reply.data);
      setNews({ text: props.savedWords(chosen, reply.data), isWrong: false });
    } else if (reply.error.code === 'conflict') {
      props.onConflict();
      setNews({ text: d('choice.conflict'), isWrong: true });
    } else setNews({ text: d('choice.failed', { why: failureWords(reply.error.code) }), isWrong: true });
  }

  return (
    <form class="choice" onSubmit={save}>
      <fieldset disabled={!mayChange}>
        <legend>{legend}</legend>
        {choices.map((one) => (
          <label key={one.id} class={one.id === chosen ? 'choice-one set' : 'choice-one'}>
            <input type="radio" name={name} checked={one.id === chosen} onChange={() => setChosen(one.id)} />
            <span>
              <b>{one.title}</b>
              <small>{one.text}</small>
            </span>
          </label>
        ))}
      </fieldset>
      {children}
      {mayChange ? (
        <button type="submit" class="cbtn main" aria-disabled={busy || chosen === set}>
          {d(busy ? 'choice.saving' : 'choice.save')}
        </button>
      ) : (
        <p class="under">{d('choice.onlyOwners')}</p>
      )}
      <p class={news?.isWrong ? 'wrong-text' : 'choice-news'} role="status">
        {news?.text}
      </p>
    </form>
  );
}

/** What the notices in force say of a setting, and the way to the draft where it is something else. */
export function Said({
  lines,
  draft,
}: {
  lines: { locale: string; text: string }[];
  draft: { text: string; link: string } | null;
}) {
  return (
    <>
      <ul class="choice-said">
        {lines.map(({ locale, text }) => (
          <li key={locale}>{text}</li>
        ))}
      </ul>
      {draft && (
        <p class="under">
          {draft.text} <a href="#notices">{draft.link}</a>
        </p>
      )}
    </>
  );
}
