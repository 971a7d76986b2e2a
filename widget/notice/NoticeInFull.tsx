import { Component, type VNode } from 'preact';
import type { NoticeInForce } from '../../shared/api.ts';
import type { NoticeFull } from '../../shared/notice.ts';
import { ask } from '../http.ts';
import { say } from '../i18n.ts';
import { Icon } from '../ui/Icon.tsx';
import { PRINT } from '../ui/icons.ts';
import { Reading, withNames } from '../ui/Reading.tsx';

interface Props {
  notice: NoticeInForce;
  onBack: () => void;
}

/** The whole notice, over the form. It is loaded to be read: most visitors read the paragraph. */
export class NoticeInFull extends Component<Props, { full: NoticeFull | null; failed: boolean }> {
  override state = { full: null, failed: false };

  override componentDidMount(): void {
    void this.load();
  }

  load = async (): Promise<void> => {
    this.setState({ failed: false });
    const reply = await ask<NoticeFull>(`/api/notice/${this.props.notice.hash}`);
    this.setState(reply.ok ? { full: reply.data } : { failed: true });
  };

  override render({ notice, onBack }: Props, { full, failed }: { full: NoticeFull | null; failed: boolean }): VNode {
    return (
      <Reading title={full?.title ?? notice.doc.words.form.readFull} back={say('backToForm')} onBack={onBack}>
        {failed && (
          <div class="body pad" role="alert">
            <p>{say('noText')}</p>
            <button type="button" class="btn" onClick={this.load}>
              {say('retry')}
            </button>
          </div>
        )}
        {full && <FullText full={full} version={notice.doc.version} onBack={onBack} />}
      </Reading>
    );
  }
}

function FullText({ full, version, onBack }: { full: NoticeFull; version: number; onBack: () => void }): VNode {
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
          {say('backToForm')}
        </button>
      </div>
    </>
  );
}
