import { plainDoc } from '../../shared/notice.ts';
import type { NoticeSheet } from '../models/notice-sheet.ts';
import { Icon } from '../ui/icons.tsx';
import { Differences } from './Changes.tsx';
import { differences } from './differences.ts';
import { n } from './words.ts';

/**
 * Two drafts stand against each other: theirs and what was typed here. Nothing is lost until one is chosen, and
 * the focus stays with whoever is still typing.
 */
export function Conflict({ sheet }: { sheet: NoticeSheet }) {
  const theirs = sheet.theirs.value;
  const mine = sheet.doc.value;
  const words = theirs?.draft?.doc ?? theirs?.inForce?.doc;
  if (!theirs || !mine || !words) return null;
  const own = plainDoc({ ...mine, version: words.version });
  const changes = differences(words, own);
  return (
    <section class="nconflict" role="alert" tabIndex={-1} id="conflict" aria-labelledby="conflict-title">
      <h2 id="conflict-title">
        <Icon name="warn" />
        {n('conflict.title')}
      </h2>
      {!theirs.draft && theirs.inForce && <p>{n('conflict.published', { version: theirs.inForce.version })}</p>}
      <p>{n(changes.length > 0 ? 'conflict.text' : 'conflict.same')}</p>
      <Differences changes={changes} before={words} after={own} called={[`${n('conflict.theirs')}:`, `${n('conflict.mine')}:`]} />
      <div class="nactions">
        <button type="button" class="cbtn" onClick={() => void sheet.keepMine()}>
          {n('conflict.keep')}
        </button>
        <button type="button" class="cbtn" onClick={() => sheet.takeTheirs()}>
          {n('conflict.take')}
        </button>
      </div>
    </section>
  );
}
