import { render } from 'preact';
import { App } from './App.tsx';
import { createApi } from './api.ts';
import { createConnection } from './connection.ts';
import { startClock } from './models/clock.ts';
import { createSession, readOneTimeLink } from './models/session.ts';
import './styles/tokens.css';
import './styles/parts.css';
import './styles/console.css';

/** Light or dark as the reader's system says, and when it changes. */
function followTheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    document.documentElement.dataset.theme = dark.matches ? 'dark' : 'light';
  };
  dark.addEventListener('change', apply);
  apply();
}

/** Takes a one-time link out of the address, so that it stays in no history and no picture of the screen. */
function takeLink() {
  const link = readOneTimeLink(location.hash);
  if (link) history.replaceState(null, '', location.pathname);
  return link;
}

followTheme();
startClock();
const session = createSession(createApi());
window.addEventListener('hashchange', () => {
  const link = takeLink();
  if (link) void session.start(link);
});
const root = document.getElementById('app');
if (root) {
  render(<App session={session} connect={(presence, onUnauthorized) => createConnection({ presence, onUnauthorized })} />, root);
}
void session.start(takeLink());
