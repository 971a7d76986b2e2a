import type { ComponentChildren, VNode } from 'preact';
import type { AskedPurpose, NoticeHead } from '../../shared/notice.ts';
import { say } from '../i18n.ts';
import { Icon } from '../ui/Icon.tsx';
import { WRONG } from '../ui/icons.ts';
import { askedIn, boxId, hasGpc } from './asked.ts';
import type { Refused } from './frame.ts';

interface FormProps {
  doc: NoticeHead;
  site: string;
  /** What is said above the question: another language than the page's, or terms that changed. */
  note: string | undefined;
  online: boolean;
  busy: boolean;
  refused: Refused | null;
  onTick: (purpose: string) => void;
  onReadFull: () => void;
  onStart: () => void;
  /** Puts the focus on a field. */
  goTo: (id: string) => void;
}

/** What ties a field to what is said about it. */
interface FieldMarks {
  id: string;
  'aria-invalid': true | undefined;
  'aria-describedby': string | undefined;
}

/**
 * The question, who asks, the terms and the box that agrees to them, Start. What is typed and ticked lives in the
 * fields themselves: nothing reads it before Start, and drawing the form again leaves it alone.
 */
export function Form({ doc, site, note, online, busy, refused, onTick, onReadFull, onStart, goTo }: FormProps): VNode {
  const { form: words, purposes } = doc.words;
  const asked = askedIn(doc);
  const wrongs = refused?.wrongs ?? {};
  const after = online ? 'promise' : 'away';

  const flaw = (id: string): ComponentChildren =>
    wrongs[id] && (
      <p class="wrong" id={`${id}-wrong`}>
        <Icon d={WRONG} small />
        {wrongs[id]}
      </p>
    );
  const marks = (id: string, described = ''): FieldMarks => ({
    id,
    'aria-invalid': wrongs[id] ? true : undefined,
    'aria-describedby': [described, wrongs[id] && `${id}-wrong`].filter(Boolean).join(' ') || undefined,
  });
  const line = (key: 'name' | 'email'): ComponentChildren => {
    const rule = doc.fields[key];
    const needed = rule === 'required' ? 'needed' : 'optional';
    return (
      rule !== 'off' && (
        <div>
          <label class="label" for={key}>
            <span data-word={key}>{words[key]}</span>
            <i data-word={needed}>{words[needed]}</i>
          </label>
          <input
            class="input"
            type={key === 'email' ? key : 'text'}
            list={undefined}
            autocomplete={key}
            required={rule === 'required'}
            {...marks(key)}
          />
          {flaw(key)}
        </div>
      )
    );
  };
  const box = ({ id, required, thirdParty }: AskedPurpose): VNode => (
    <>
      <label class="agree">
        <input
          class="tick"
          type="checkbox"
          autocomplete="off"
          required={required}
          disabled={thirdParty && hasGpc}
          onChange={() => onTick(id)}
          {...marks(boxId(id), required ? 'clause' : '')}
        />
        <span>
          <span data-word={`purpose.${id}.label`}>{purposes[id]?.label}</span>{' '}
          <small data-word={`purpose.${id}.note`}>{purposes[id]?.note}</small>
          {thirdParty && hasGpc && say('gpc')}
        </span>
      </label>
      {flaw(boxId(id))}
    </>
  );
  const optional = asked.filter((purpose) => !purpose.required);

  return (
    <>
      <div class="body">
        {/* No submit button: Enter in a field starts nothing. */}
        <form class="ask" aria-label={say('form', { site })} noValidate onSubmit={(event) => event.preventDefault()}>
          {refused && (
            <div class="sum" role="alert" tabIndex={-1}>
              <Icon d={WRONG} />
              <div>
                <b>{refused.title}</b>
                {Object.entries(wrongs).map(([id, text]) => (
                  <button type="button" class="link" key={id} onClick={() => goTo(id)}>
                    {text}
                  </button>
                ))}
                {refused.text}
                {!refused.notice && !refused.wrongs && (
                  <button type="button" class="btn" onClick={onStart}>
                    {say('retry')}
                  </button>
                )}
              </div>
            </div>
          )}
          {note && <p class="under">{note}</p>}
          <div class="grow">
            <label class="question" for="question" data-word="question">
              {words.question}
            </label>
            <textarea
              class="input"
              rows={2}
              required
              autocomplete="off"
              data-word="questionPlaceholder"
              placeholder={words.questionPlaceholder}
              {...marks('question', 'hint')}
            />
            {flaw('question')}
            <p class="under hint" id="hint" data-word="questionHint">
              {words.questionHint}
            </p>
          </div>
          <div class="two">
            {line('name')}
            {line('email')}
          </div>
          <div class="paper">
            <p class="clause" id="clause">
              <span data-word="clause">{words.clause}</span>{' '}
              <button type="button" class="link" data-word="readFull" onClick={onReadFull}>
                {words.readFull}
              </button>
            </p>
            {asked.filter((purpose) => purpose.required).map(box)}
          </div>
          {optional.length > 0 && <div class="also">{optional.map(box)}</div>}
        </form>
      </div>
      <div class="foot">
        <button type="button" class="btn main" aria-disabled={busy || undefined} onClick={onStart} data-word="start">
          {words.start}
        </button>
        {/* While it starts, that stands in the place of the promise, which stays a word that was shown (PR-38). */}
        <p class="under" role="status">
          {busy && say('starting')}
          <span hidden={busy} data-word={after}>
            {words[after]}
          </span>
        </p>
      </div>
    </>
  );
}
