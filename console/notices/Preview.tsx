import { formPurposes, type NoticeDoc, type NoticePurpose } from '../../shared/notice.ts';
import { choiceWords } from './places.ts';
import { n } from './words.ts';

/**
 * The words as a visitor on a phone meets them: the form, the cookie question, the full text. Drawn with native controls
 * in the order of the widget's form, and inert: it is a picture to be read.
 */
export function Preview({ doc }: { doc: NoticeDoc }) {
  const cookie = doc.purposes.some(({ asked, legalBasis }) => asked === 'chat' && legalBasis === 'consent');
  return (
    <div class="npreview" lang={doc.locale}>
      <p class="nquiet" lang="en">
        {n('preview.lead')}
      </p>
      <figure>
        <figcaption lang="en">{n('preview.form')}</figcaption>
        <Form doc={doc} />
      </figure>
      <figure>
        <figcaption lang="en">{n('preview.cookie')}</figcaption>
        {cookie ? (
          <div class="nphone" inert>
            <div class="nslip ncookie">
              <b>{doc.words.cookie.title}</b>
              <p>{doc.words.cookie.body}</p>
              <div class="npair">
                <button type="button">{doc.words.cookie.refuse}</button>
                <button type="button">{doc.words.cookie.accept}</button>
              </div>
            </div>
          </div>
        ) : (
          <p class="nquiet" lang="en">
            {n('preview.noCookie')}
          </p>
        )}
      </figure>
      <figure>
        <figcaption lang="en">{n('preview.full')}</figcaption>
        <Full doc={doc} />
      </figure>
    </div>
  );
}

function Form({ doc }: { doc: NoticeDoc }) {
  const { form } = doc.words;
  const boxes = formPurposes(doc);
  const asks = (['name', 'email'] as const).filter((key) => doc.fields[key] !== 'off');
  const others = doc.purposes.filter(({ legalBasis, asked }) => asked === 'form' && legalBasis !== 'consent');
  return (
    <div class="nphone" inert data-preview="form">
      <label class="nquestion">
        <b>{form.question}</b>
        <textarea rows={2} placeholder={form.questionPlaceholder} />
      </label>
      <p class="nsmall">{form.questionHint}</p>
      {asks.length > 0 && (
        <div class="npair">
          {asks.map((key) => (
            <label key={key}>
              <span>
                {form[key]} <small>{doc.fields[key] === 'required' ? form.needed : form.optional}</small>
              </span>
              <input type="text" />
            </label>
          ))}
        </div>
      )}
      <div class="nslip">
        <p class="nclause">
          {form.clause} <u>{form.readFull}</u>
        </p>
        {boxes
          .filter(({ required }) => required)
          .map((one) => (
            <Box key={one.id} purpose={one} doc={doc} />
          ))}
        {others.map((one) => (
          <p class="nsmall" key={one.id} lang="en">
            {doc.words.purposes[one.id]?.name}. {n('preview.noBox', { basis: choiceWords(one.legalBasis) })}
          </p>
        ))}
      </div>
      {boxes
        .filter(({ required }) => !required)
        .map((one) => (
          <Box key={one.id} purpose={one} doc={doc} />
        ))}
      <button type="button" class="nstart">
        {form.start}
      </button>
      <p class="nsmall">{form.promise}</p>
    </div>
  );
}

function Box({ purpose: { id }, doc }: { purpose: NoticePurpose; doc: NoticeDoc }) {
  const words = doc.words.purposes[id];
  return (
    <label class="nbox">
      <input type="checkbox" />
      <span>
        {words?.label} <small>{words?.note}</small>
      </span>
    </label>
  );
}

function Full({ doc: { full } }: { doc: NoticeDoc }) {
  return (
    <div class="nslip nfull">
      <h3>{full.title}</h3>
      <dl>
        {full.table.map(({ term, text }, at) => (
          <div key={at}>
            <dt>{term}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {full.sections.map(({ heading, paragraphs }, at) => (
        <section key={at}>
          <h4>{heading}</h4>
          {paragraphs.map((text, place) => (
            <p key={place}>{text}</p>
          ))}
        </section>
      ))}
    </div>
  );
}
