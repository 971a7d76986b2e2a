import { t } from '../i18n.ts';
import { demoAddress } from '../models/demo.ts';
import type { Workspace } from '../models/workspace.ts';
import { Mark } from './icons.tsx';

/** What stands where a conversation would: how the day is, and what to do. */
export function Nothing({ workspace: { inbox, lost } }: { workspace: Workspace }) {
  const counts = inbox.counts.value;
  const state = inbox.state.value;
  const empty = state === 'ready' && inbox.all.value.size === 0;
  const demo = demoAddress();
  const gone = lost.value;
  const words = gone
    ? { title: t(`none.${gone}Title`), text: t(`none.${gone}Text`) }
    : empty
      ? { title: t('none.emptyTitle'), text: t(demo ? 'none.emptyText' : 'none.emptyNoDemo') }
      : counts.unassigned > 0
        ? { title: t('none.waitingTitle', { count: counts.unassigned }), text: t('none.waitingText') }
        : { title: t('none.answeredTitle'), text: t('none.answeredText') };
  return (
    <section class="talk">
      {state === 'ready' && (
        <div class="none" role={gone ? 'status' : undefined}>
          <span class="hero-mark">
            <Mark />
          </span>
          <h2>{words.title}</h2>
          <p>{words.text}</p>
          {empty && demo && !gone && (
            <a class="cbtn" href={demo} target="_blank" rel="noopener">
              {t('none.demo')}
              <span class="sr"> {t('talk.opensNew')}</span>
            </a>
          )}
        </div>
      )}
    </section>
  );
}
