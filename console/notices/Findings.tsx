import type { NoticeDoc } from '../../shared/notice.ts';
import type { NoticeDesk } from '../../shared/owner-api.ts';
import { Icon } from '../ui/icons.tsx';
import { type Finding, findingWords, placeOfFinding } from './finding-places.ts';
import { placeName } from './places.ts';
import { n } from './words.ts';

interface FindingsProps {
  desk: NoticeDesk;
  doc: NoticeDoc;
  /** Something was typed since the linter looked. */
  stale: boolean;
  onGo(path: string): void;
}

/** What the linter found, errors first, each with its rule and the way to its field. */
export function Findings({ desk, doc, stale, onGo }: FindingsProps) {
  if (!desk.draft) return <p class="nquiet">{n(stale ? 'findings.stale' : 'findings.noDraft')}</p>;
  const errors = desk.findings.filter(({ level }) => level === 'error');
  const warnings = desk.findings.filter(({ level }) => level !== 'error');
  const list = (title: string, found: Finding[]) =>
    found.length > 0 && (
      <>
        <h3>{title}</h3>
        <ul class="nfound">
          {found.map((one) => (
            <One key={`${one.key} ${one.where}`} finding={one} doc={doc} onGo={onGo} />
          ))}
        </ul>
      </>
    );
  return (
    <>
      {stale && <p class="nquiet">{n('findings.stale')}</p>}
      {desk.findings.length === 0 && (
        <div class="ngood">
          <Icon name="agreed" />
          <div>
            <b>{n('findings.none')}</b>
            <p>{n('findings.noneText')}</p>
          </div>
        </div>
      )}
      {list(n('findings.errors', { count: errors.length }), errors)}
      {list(n('findings.warnings', { count: warnings.length }), warnings)}
    </>
  );
}

function One({ finding, doc, onGo }: { finding: Finding; doc: NoticeDoc; onGo(path: string): void }) {
  const path = placeOfFinding(finding, doc);
  const isError = finding.level === 'error';
  return (
    <li class={isError ? 'error' : 'advice'}>
      <Icon name={isError ? 'wrong' : 'warn'} />
      <div>
        <p>{findingWords(finding, doc)}</p>
        <p class="nwhere">
          <span class="code">{finding.rule}</span>
          {path && (
            <button type="button" class="text-button" onClick={() => onGo(path)}>
              {n('findings.goto', { place: placeName(path, doc) })}
            </button>
          )}
        </p>
      </div>
    </li>
  );
}
