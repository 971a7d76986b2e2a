import type { VNode } from 'preact';
import type { NoticeDoc } from '../../shared/notice.ts';
import { say } from '../i18n.ts';
import { Icon } from '../ui/Icon.tsx';
import { PRINT } from '../ui/icons.ts';
import { Reading, withNames } from '../ui/Reading.tsx';

/** The whole notice, over the form. */
export function NoticeInFull({ doc, onBack }: { doc: NoticeDoc; onBack: () => void }): VNode {
  const { title, table, sections } = doc.full;
  return (
    <Reading title={title} back={say('backToForm')} onBack={onBack}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section class="body pad read" aria-label={title} tabIndex={0}>
        <p class="under">{say('notice', { version: doc.version })}</p>
        <dl class="paper points">
          {table.map(({ term, text }) => (
            <div key={term}>
              <dt>{term}</dt>
              <dd>{withNames(text)}</dd>
            </div>
          ))}
        </dl>
        {sections.map(({ heading, paragraphs }) => (
          <>
            <h3>{heading}</h3>
            {paragraphs.map((text) => (
              <p key={text}>{withNames(text)}</p>
            ))}
          </>
        ))}
      </section>
      <div class="bar pair">
        <button type="button" class="btn" onClick={() => print()}>
          <Icon d={PRINT} small />
          {say('print')}
        </button>
        <button type="button" class="btn" onClick={onBack}>
          {say('backToForm')}
        </button>
      </div>
    </Reading>
  );
}
