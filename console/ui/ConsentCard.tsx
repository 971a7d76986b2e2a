import { Fragment } from 'preact';
import { useState } from 'preact/hooks';
import type { ConsentCard as Card } from '../../shared/events.ts';
import { receiptNumber } from '../../shared/ids.ts';
import { failureWords } from '../errors.ts';
import { languageName, recordClock, recordNumber, recordTime, shortHash } from '../format.ts';
import { t, type Word } from '../i18n.ts';
import type { Consent } from '../models/consent.ts';
import { Icon } from './icons.tsx';
import { Row } from './Row.tsx';

/** What was agreed, when, to which words, from where, and where the proof stands. All times are UTC. */
export function ConsentCard({ consent }: { consent: Consent }) {
  const card = consent.card.value;
  const failure = consent.failure.value;
  if (!card) {
    return (
      <section class="consent" aria-label={t('card.label')}>
        {failure ? (
          <p class="consent-note" role="alert">
            {t('card.failed', { why: failureWords(failure) })}{' '}
            <button type="button" class="text-button" onClick={() => void consent.load()}>
              {t('app.retry')}
            </button>
          </p>
        ) : (
          <p class="consent-note">{t('card.loading')}</p>
        )}
      </section>
    );
  }
  const off = card.state === 'withdrawn' || card.state === 'expired';
  const since = card.state === 'withdrawn' ? (card.withdrawnAt ?? card.grantedAt) : card.grantedAt;
  return (
    <section class={off ? 'consent off' : 'consent'} aria-label={t('card.label')}>
      <div class="consent-head">
        <span class="seal">
          <Icon name={off ? 'refused' : card.state === 'other_ground' ? 'terms' : 'check'} />
        </span>
        <div>
          <h3>{t(`card.${card.state}`)}</h3>
          <p>
            <time dateTime={new Date(since).toISOString()}>{recordTime(since)}</time>
          </p>
        </div>
      </div>
      <ul aria-label={t('card.purposes')}>
        {card.purposes.map((purpose) => (
          <Purpose key={purpose.id} purpose={purpose} />
        ))}
      </ul>
      <Record card={card} consent={consent} />
    </section>
  );
}

function Purpose({ purpose }: { purpose: Card['purposes'][number] }) {
  const { state } = purpose;
  const given = state === null || state === 'ConsentGiven' || state === 'RenewedConsentGiven';
  const words = given ? t(`basis.${purpose.legalBasis}`) : t(`state.${state}`, { time: recordClock(purpose.at) });
  return (
    <li class={given ? 'yes' : 'no'}>
      <Icon name={state === null ? 'terms' : given ? 'agreed' : 'refused'} />
      <span>{purpose.name}</span>
      <small title={recordTime(purpose.at)}>{words}</small>
    </li>
  );
}

/** What the visitor did to agree; a code that has no words here is shown as it is. */
function actionWords(card: Card): string {
  const words: Record<string, Word> = { click: 'card.by.click', keyboard: 'card.by.keyboard' };
  const word = words[card.action ?? ''];
  return word ? t(word) : (card.action ?? '');
}

/** The address without its scheme; the whole of it on hover. */
function pageWords(page: string): string {
  return page.replace(/^https?:\/\//, '').replace(/\/$/, '');
}

/** A long address breaks after its own marks before it breaks inside a word. */
function Breakable({ text }: { text: string }) {
  return (
    <>
      {text.split(/(?<=[/-])/).map((part, at) => (
        <Fragment key={at}>
          {part}
          <wbr />
        </Fragment>
      ))}
    </>
  );
}

function Record({ card, consent }: { card: Card; consent: Consent }) {
  return (
    <dl class="rows">
      {(card.state === 'withdrawn' || card.state === 'expired') && (
        <Row label={t('card.agreedOn')}>{recordTime(card.grantedAt)}</Row>
      )}
      <Row label={t('card.notice')}>
        {t('card.noticeText', { version: card.notice.version, language: languageName(card.notice.locale) })} ·{' '}
        <a href={card.notice.url} target="_blank" rel="noopener">
          {t(card.action === null ? 'card.toRead' : 'card.asShown')}
          <span class="sr"> {t('talk.opensNew')}</span>
        </a>
      </Row>
      {card.action !== null && <Row label={t('card.by')}>{actionWords(card)}</Row>}
      <Row label={t('card.page')} title={card.page ?? undefined}>
        {card.page === null ? (
          t('card.notTold')
        ) : (
          <>
            <Breakable text={pageWords(card.page)} /> <small>{t('card.pageClaim')}</small>
          </>
        )}
      </Row>
      <Row label={t('card.ip')}>
        <Ip card={card} consent={consent} />
      </Row>
      <Row label={t('card.browser')}>{card.browser ?? t('card.notTold')}</Row>
      {card.ledger && (
        <Row label={t('card.ledger')}>
          <Entry seq={card.ledger.seq} hash={card.ledger.hash} />
        </Row>
      )}
      {card.receipt !== null && (
        <Row label={t('card.receipt')}>
          <span class="code" title={card.receipt}>
            {/^[0-9a-f]{32}$/.test(card.receipt) ? receiptNumber(card.receipt) : card.receipt}
          </span>
        </Row>
      )}
    </dl>
  );
}

function Ip({ card, consent }: { card: Card; consent: Consent }) {
  const ip = consent.ip.value;
  if (card.ip.mode === 'none') return <>{t('card.ipNone')}</>;
  if (!card.ip.mayReveal) return <>{t('card.ipHidden')}</>;
  if (card.ip.masked === null || (ip.shown && ip.ip === null)) return <>{t('card.ipGone')}</>;
  if (ip.shown) {
    return (
      <span role="status" class="apart">
        <span class="code whole">{ip.ip}</span>
        <span>{t('card.ipShown')}</span>
      </span>
    );
  }
  return (
    <span class="apart">
      <span class="code">{card.ip.masked}</span>
      <button type="button" onClick={() => void consent.reveal()}>
        {t('card.ipShow')}
      </button>
      {ip.failure && (
        <span class="row-wrong" role="alert">
          {failureWords(ip.failure)}
        </span>
      )}
    </span>
  );
}

/** The entry's number, and its hash short; a click shows the whole of it, to be selected and copied. */
function Entry({ seq, hash }: { seq: number; hash: string }) {
  const [whole, setWhole] = useState(false);
  const number = recordNumber(seq);
  return (
    <>
      {t('card.entry', { seq: number })} ·{' '}
      <button
        type="button"
        class="code"
        title={hash}
        aria-expanded={whole}
        aria-label={t('card.hashLabel', { seq: number })}
        onClick={() => setWhole(!whole)}
      >
        {shortHash(hash)}
      </button>
      {whole && <span class="code whole hash">{hash}</span>}
    </>
  );
}
