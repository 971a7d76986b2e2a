import { createRef, type VNode } from 'preact';
import type { NoticeHead } from '../../shared/notice.ts';
import { Icon } from '../ui/Icon.tsx';
import { TERMS } from '../ui/icons.ts';
import { withNames } from './names.tsx';
import { say } from './words.ts';

export interface AskedProps {
  doc: NoticeHead;
  purpose: string;
  /** The cookie question has words of its own; another purpose is asked with those of its box. */
  isCookie: boolean;
  failed: boolean;
  onAnswer: (granted: boolean, question: HTMLElement) => void;
}

/** A question with two equal answers, refuse first. It waits, and no answer is no consent. */
export function Asked({ doc, purpose, isCookie, failed, onAnswer }: AskedProps): VNode {
  const { cookie, purposes } = doc.words;
  const words = purposes[purpose];
  const id = `asked-${purpose}`;
  const question = createRef<HTMLElement>();
  const answer = (granted: boolean): void => {
    if (question.current) onAnswer(granted, question.current);
  };
  return (
    <section class="cookie" aria-labelledby={id} lang={doc.locale} translate={false} ref={question}>
      <div class="cookie-top">
        <Icon d={TERMS} />
        <div>
          <h2 id={id} data-word="title">
            {isCookie ? cookie.title : words?.name}
          </h2>
          <p data-word="body">{isCookie ? withNames(cookie.body) : words?.label}</p>
        </div>
      </div>
      {failed && (
        <p class="wrong" role="alert">
          {say('noAnswer')}
        </p>
      )}
      <div class="pair">
        <button type="button" class="btn" data-word="refuse" onClick={() => answer(false)}>
          {isCookie ? cookie.refuse : say('disagree')}
        </button>
        <button type="button" class="btn" data-word="accept" onClick={() => answer(true)}>
          {isCookie ? cookie.accept : say('agree')}
        </button>
      </div>
    </section>
  );
}
