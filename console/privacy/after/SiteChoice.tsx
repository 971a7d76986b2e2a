import type { SiteSettingsShelf } from '../../../shared/owner-api.ts';
import { type AfterWithdrawal, READING_GROUNDS } from '../../../shared/reading.ts';
import { languageName } from '../../format.ts';
import { Choice, Said } from '../Choice.tsx';
import type { SiteSettingsProps } from '../SettingsPage.tsx';
import { a } from './words.ts';

const CHOICES = (['locked', ...READING_GROUNDS] as const).map((id) => ({ id, title: a(id), text: a(`${id}Text`) }));

/** One site's choice, and what its notices say of it. */
export function SiteChoice({ site, mayChange, ask, onSaved, onConflict }: SiteSettingsProps) {
  const { key, afterWithdrawal: set, notices } = site;
  const isDrafted = notices.some(({ says }) => says !== set);
  return (
    <Choice<AfterWithdrawal>
      name={`after-${key}`}
      legend={a('choice')}
      choices={CHOICES}
      set={set}
      mayChange={mayChange}
      save={(to) => ask<SiteSettingsShelf>(`settings/${key}/after-withdrawal`, { afterWithdrawal: to, from: set })}
      onSaved={onSaved}
      onConflict={onConflict}
      savedWords={(to) => a(to === 'locked' ? 'savedLocked' : 'saved')}
    >
      <p class="under">{a('why')}</p>
      <Said
        lines={notices.map(({ locale, version, says }) => {
          return { locale, text: a('says', { version, locale: languageName(locale), says: a(`says.${howSaid(says, set)}`) }) };
        })}
        draft={isDrafted ? { text: a('draft'), link: a('toNotices') } : null}
      />
    </Choice>
  );
}

/** Only what a notice says holds. */
function howSaid(says: AfterWithdrawal, set: AfterWithdrawal): 'locked' | 'same' | 'lockedNow' | 'other' {
  if (says === 'locked') return 'locked';
  if (says === set) return 'same';
  return set === 'locked' ? 'lockedNow' : 'other';
}
