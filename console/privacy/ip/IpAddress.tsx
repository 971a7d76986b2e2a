import { IP_MODES, IP_VIEWERS, type IpMode, type IpViewers, stricterIp } from '../../../shared/ip.ts';
import type { SiteSettingsShelf } from '../../../shared/owner-api.ts';
import { languageName } from '../../format.ts';
import { Choice, Said } from '../Choice.tsx';
import type { DeskPageProps } from '../pages.ts';
import { SettingsPage, type SiteSettingsProps } from '../SettingsPage.tsx';
import { i } from './words.ts';

const MODES = IP_MODES.map((id) => ({ id, title: i(id), text: i(`${id}Text`) }));
const VIEWERS = IP_VIEWERS.map((id) => ({ id, title: i(id), text: i(`${id}Text`) }));

/** How much of an address is kept as proof, and which roles see it. */
export function IpAddress(props: DeskPageProps) {
  const draw = (site: SiteSettingsProps) => (
    <>
      <Mode {...site} />
      <Viewers {...site} />
    </>
  );
  return <SettingsPage {...props} title={i('title')} lead={i('lead')} draw={draw} />;
}

function Mode({ site: { key, ip }, ask, ...rest }: SiteSettingsProps) {
  const isDrafted = ip.notices.some(({ says }) => says !== ip.mode);
  return (
    <Choice<IpMode>
      name={`ip-mode-${key}`}
      legend={i('mode')}
      choices={MODES}
      set={ip.mode}
      save={(to) => ask<SiteSettingsShelf>(`settings/${key}/ip-mode`, { ipMode: to, from: ip.mode })}
      savedWords={(to, shelf) => i(isInForce(to, shelf, key) ? 'savedNow' : 'savedLater')}
      {...rest}
    >
      <p class="under">{i('modeWhy')}</p>
      <Said
        lines={ip.notices.map(({ locale, version, says }) => {
          return { locale, text: i(howSaid(says, ip.mode), { version, locale: languageName(locale), said: i(says) }) };
        })}
        draft={isDrafted ? { text: i('draft'), link: i('toNotices') } : null}
      />
    </Choice>
  );
}

/** What no notice has to say first. */
function isInForce(mode: IpMode, { sites }: SiteSettingsShelf, key: string): boolean {
  const notices = sites.find((site) => site.key === key)?.ip.notices ?? [];
  return notices.every(({ says }) => stricterIp(says, mode) === mode);
}

function howSaid(says: IpMode, set: IpMode): 'says' | 'saysMore' | 'saysLess' {
  if (says === set) return 'says';
  return stricterIp(says, set) === set ? 'saysMore' : 'saysLess';
}

function Viewers({ site: { key, ip }, ask, ...rest }: SiteSettingsProps) {
  return (
    <Choice<IpViewers>
      name={`ip-viewers-${key}`}
      legend={i('viewers')}
      choices={VIEWERS}
      set={ip.viewers}
      save={(to) => ask<SiteSettingsShelf>(`settings/${key}/ip-viewers`, { ipViewers: to, from: ip.viewers })}
      savedWords={() => i('savedViewers')}
      {...rest}
    >
      <p class="under">{i('viewersWhy')}</p>
    </Choice>
  );
}
