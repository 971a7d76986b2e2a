import type { Me } from '../../shared/api.ts';
import type { Ask } from '../api.ts';
import type { Connection } from '../connection.ts';
import { type PrivacyAddress, privacyHref } from '../models/route.ts';
import { PAGES } from './pages.ts';
import { d } from './words.ts';
import '../styles/privacy.css';

interface DeskProps {
  address: PrivacyAddress;
  ask: Ask;
  me: Me;
  connection: Connection;
}

/** One desk for all that the law lets people ask, and for what proves that it was done. */
export function Desk({ address, ask, me, connection }: DeskProps) {
  const here = PAGES.find(({ id }) => id === address.page) ?? PAGES[0];
  return (
    <div class="desk">
      <nav class="desk-nav" aria-label={d('pages')}>
        <h1>{d('title')}</h1>
        <label class="desk-choose">
          <span class="sr">{d('pages')}</span>
          <select class="input" value={here.id} onChange={(event) => location.assign(privacyHref(event.currentTarget.value))}>
            {PAGES.map(({ id, title }) => (
              <option key={id} value={id}>
                {d(title)}
              </option>
            ))}
          </select>
        </label>
        {PAGES.map(({ id, title, Mark }) => (
          <a key={id} href={privacyHref(id)} aria-current={id === here.id ? 'page' : undefined}>
            {d(title)}
            {Mark && <Mark ask={ask} connection={connection} at={`${address.page}.${address.rest}`} />}
          </a>
        ))}
      </nav>
      <section class="desk-page" aria-label={d(here.title)}>
        <here.Page key={here.id} ask={ask} me={me} connection={connection} rest={address.rest} />
      </section>
    </div>
  );
}
