import type { VNode } from 'preact';
import { fullWords } from '../../shared/i18n/widget.full.en.ts';
import type { NoticeFull } from '../../shared/notice.ts';
import { speaker } from '../i18n.ts';
import css from '../styles/full.css?inline';
import { Icon } from '../ui/Icon.tsx';
import { addStyles } from '../ui/styles.ts';
import { PRINT } from './icons.ts';
import { withNames } from './names.tsx';

/** The notice in full, with its own styles: fetched to be read, because most visitors read the paragraph. */
addStyles(css);

const say = speaker(fullWords);

interface FullTextProps {
  full: NoticeFull;
  version: number;
  back: string;
  onBack: () => void;
}

export function FullText({ full, version, back, onBack }: FullTextProps): VNode {
  const { title, table, sections } = full;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section class="body pad read" aria-label={title} tabIndex={0}>
        <p class="under">{say('notice', { version })}</p>
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
          {back}
        </button>
      </div>
    </>
  );
}
