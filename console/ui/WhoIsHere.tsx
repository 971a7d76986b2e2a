import type { AgentPresence } from '../../shared/events.ts';
import { shortName } from '../format.ts';
import { t } from '../i18n.ts';
import type { Workspace } from '../models/workspace.ts';
import { Face } from './Face.tsx';

const FACES = 4;

/** Who is online, in a sentence. */
export function hereWords(others: readonly AgentPresence[], away: boolean): string {
  const [first, second] = others;
  if (!first) return t(away ? 'here.youAway' : 'here.you');
  const name = shortName(first.name);
  if (away) return others.length === 1 ? t('here.awayOne', { name }) : t('here.awayMore', { name, count: others.length - 1 });
  if (!second) return t('here.two', { name });
  if (others.length === 2) return t('here.three', { name, other: shortName(second.name) });
  return t('here.more', { name, count: others.length - 1 });
}

/** The foot of the list: who answers now. */
export function WhoIsHere({ workspace: { inbox, me, presence } }: { workspace: Workspace }) {
  const others = inbox.agents.value.filter((one) => one.id !== me.id && one.presence === 'online');
  const away = presence.value === 'away';
  return (
    <footer class="presence">
      <span class="faces">
        {!away && <Face id={me.id} name={me.name} />}
        {others.slice(0, FACES - 1).map((one) => (
          <Face key={one.id} id={one.id} name={one.name} />
        ))}
      </span>
      <span role="status">{hereWords(others, away)}</span>
    </footer>
  );
}
