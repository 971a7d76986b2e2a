import { useEffect, useRef } from 'preact/hooks';
import type { RegisterLine, RegisterRecord } from '../../../shared/register.ts';
import type { Ask } from '../../api.ts';
import type { Connection } from '../../connection.ts';
import { recordTime } from '../../format.ts';
import { Icon } from '../../ui/icons.tsx';
import { Row } from '../../ui/Row.tsx';
import { Failed } from '../parts.tsx';
import { useAsked } from '../use-asked.ts';
import { d } from '../words.ts';
import { useVerify, Verified } from './Verify.tsx';
import { LOOKS, r, short } from './words.ts';

interface EntryProps {
  line: RegisterLine;
  ask: Ask;
  connection: Connection;
  onClose(): void;
}

/** One line of the register, opened: what it says, the screen it was done on, and whether it holds. */
export function Entry({ line, ask, connection, onClose }: EntryProps) {
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    head.current?.focus();
    const leave = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) onClose();
    };
    window.addEventListener('keydown', leave);
    return () => window.removeEventListener('keydown', leave);
  }, []);
  const { seqs, seq, at, kind } = line;
  const first = seqs[0] ?? seq;
  return (
    <aside class="entry" aria-label={r('entry', { seq })}>
      <div class="entry-head">
        <h3 ref={head} tabIndex={-1}>
          {first === seq ? r('entry', { seq }) : r('entries', { first, last: seq })}
        </h3>
        <button type="button" class="icon-button" aria-label={r('detail.close')} onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <p class="stamp">{recordTime(at)}</p>
      {kind === 'erasure' ? (
        <p class="desk-text">{r('detail.erased')}</p>
      ) : (
        <Record line={line} ask={ask} connection={connection} />
      )}
    </aside>
  );
}

function Record({ line, ask, connection }: Omit<EntryProps, 'onClose'>) {
  const record = useAsked<RegisterRecord>(ask, connection, `register/record/${line.id}`);
  const { result, verify } = useVerify(ask, line.site, line.id);
  const { data } = record;
  return (
    <>
      <ul class="decided">
        {line.purposes.map(({ id, name, state }) => (
          <li key={id} class={`st ${LOOKS[state].tone}`}>
            <Icon name={LOOKS[state].icon} />
            <span>{name}</span>
            <small>{r(`state.${state}`)}</small>
          </li>
        ))}
      </ul>
      {record.failure && <Failed failure={record.failure} onRetry={record.again} />}
      {!data && record.loading && <p class="desk-quiet">{d('loading')}</p>}
      {data && (
        <>
          {data.shown && <Shown path={data.shown} />}
          {data.notShown && <p class="stamp">{r(`detail.notShown.${data.notShown}`)}</p>}
          <dl class="rows">
            <Row label={r('detail.act')}>{actOf(data)}</Row>
            <Row label={r('detail.page')}>{data.page ?? r('detail.noPage')}</Row>
            {data.browser && <Row label={r('detail.browser')}>{data.browser}</Row>}
            <Row label={r('detail.viewport')}>{r(`viewport.${data.viewport}`)}</Row>
            <Row label={r('detail.text')}>
              <span class="code">{line.notice && short(line.notice.hash)}</span> ·{' '}
              <a href={data.words} target="_blank" rel="noopener">
                {r('detail.words')}
              </a>
            </Row>
            <Row label={r('detail.hash')}>
              <span class="code">{short(line.hash)}</span>
            </Row>
            <Row label={r('detail.before')}>
              <span class="code">{short(line.prevHash)}</span>
            </Row>
            <Row label={r('detail.receipt')}>
              <span class="code">{line.id}</span>
            </Row>
          </dl>
        </>
      )}
      <div class="entry-do">
        <button type="button" class="cbtn" onClick={() => void verify()}>
          {r(result === 'running' ? 'verify.running' : 'verify.one')}
        </button>
        {line.conversationId && (
          <a class="cbtn" href={`#c=${line.conversationId}`}>
            {r('detail.conversation')}
          </a>
        )}
      </div>
      <Verified result={result} />
    </>
  );
}

/** The very form, rebuilt by the relay; it can do nothing here. */
function Shown({ path }: { path: string }) {
  return (
    <figure class="entry-shown">
      <figcaption class="stamp">
        <Icon name="eye" small />
        <a href={path} target="_blank" rel="noopener">
          {r('detail.shown')}
        </a>
      </figcaption>
    </figure>
  );
}

function actOf({ action, control }: RegisterRecord): string {
  const word = `action.${action}`;
  const known = word === 'action.click' || word === 'action.keyboard' || word === 'action.expiry';
  return r('detail.acted', { action: known ? r(word) : action, control });
}
