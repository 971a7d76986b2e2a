import { useState } from 'preact/hooks';
import { findIn, markOf, type RedactionRules } from '../../../shared/redaction/redaction.ts';
import { x } from './words.ts';

/** What the rules as they stand here would take out of a text; nothing of it leaves the page. */
export function TryIt({ rules }: { rules: RedactionRules }) {
  const [text, setText] = useState(x('tryStart'));
  const found = findIn(text, rules);
  let from = 0;
  const pieces = found.flatMap((one) => {
    const before = text.slice(from, one.start);
    from = one.end;
    return [before, <mark key={one.start}>{markOf(one)}</mark>];
  });
  return (
    <section class="red-try" aria-labelledby="red-try">
      <h3 id="red-try">{x('try')}</h3>
      <p class="under" id="red-try-hint">
        {x('tryHint')}
      </p>
      <label for="red-try-text">{x('tryLabel')}</label>
      <textarea
        class="input"
        id="red-try-text"
        rows={4}
        dir="auto"
        spellcheck={false}
        aria-describedby="red-try-hint"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <h4>{x('stands')}</h4>
      <p class="red-stands" dir="auto" role="status">
        {pieces}
        {text.slice(from)}
      </p>
      {found.length === 0 && <p class="under">{x('nothing')}</p>}
    </section>
  );
}
