import type { NoticeDoc } from '../../shared/notice.ts';
import type { Change } from '../../shared/notice-changes.ts';
import type { NoticeDesk } from '../../shared/owner-api.ts';
import { differences } from './differences.ts';
import { isList } from './fields.ts';
import { placeOf, valueWords } from './places.ts';
import { type Stretch, wordDiff } from './word-diff.ts';
import { n } from './words.ts';

/** What the draft changes, whom that concerns, and what follows. */
export function Changes({ desk, stale }: { desk: NoticeDesk; stale: boolean }) {
  const { draft, inForce } = desk;
  const changes = draft && inForce ? differences(inForce.doc, draft.doc) : [];
  if (!draft || desk.changes.length === 0) return <p class="nquiet">{n('changes.none')}</p>;
  return (
    <>
      {stale && <p class="nquiet">{n('findings.stale')}</p>}
      <Consequence desk={desk} />
      {inForce ? (
        <>
          <h3>{n('changes.title', { count: changes.length, version: inForce.version })}</h3>
          <Differences changes={changes} before={inForce.doc} after={draft.doc} />
        </>
      ) : (
        <p class="nquiet">{n('changes.first')}</p>
      )}
    </>
  );
}

/** Material or not, and whose agreement rests on the words in force. */
function Consequence({ desk }: { desk: NoticeDesk }) {
  return (
    <dl class="nfacts">
      <div>
        <dt>{n('dialog.material')}</dt>
        <dd>{materialWords(desk)}</dd>
      </div>
      <div>
        <dt>{n('dialog.affected')}</dt>
        <dd>{affectedWords(desk)}</dd>
      </div>
    </dl>
  );
}

export function materialWords({ inForce, material }: NoticeDesk): string {
  if (!inForce) return n('changes.materialFirst');
  const { version } = inForce;
  return material
    ? `${n('changes.material')}. ${n('changes.materialText', { version })}`
    : `${n('changes.notMaterial')}. ${n('changes.notMaterialText')}`;
}

export function affectedWords({ affected }: NoticeDesk): string {
  return affected > 0 ? n('changes.affected', { count: affected }) : n('changes.affectedNone');
}

interface DifferencesProps {
  changes: readonly Change[];
  before: NoticeDoc;
  after: NoticeDoc;
  /** How the two sides are called to a screen reader. */
  called?: [before: string, after: string];
}

/** Each place by its name, with what was taken out struck through and what was put in marked. */
export function Differences({ changes, before, after, called }: DifferencesProps) {
  const [wasCalled, isCalled] = called ?? [n('changes.before'), n('changes.after')];
  return (
    <ul class="ndiff">
      {changes.map((change) => {
        const place = placeOf(change.path, change.after === null ? before : after);
        const part = place?.part ?? null;
        const [was, is] = [valueWords(change.before, part), valueWords(change.after, part)];
        // Of what was put in or taken out whole there is one side only.
        const isItem = part !== null && isList(part);
        const isText = part !== null && !isList(part) && ['line', 'text', 'maybe', 'maybeText', 'paragraphs'].includes(part.kind);
        return (
          <li key={change.path}>
            <h3>{place?.name ?? change.path}</h3>
            {isText && was !== '' && is !== '' ? (
              <p>
                {wordDiff(was, is).map((stretch, at) => (
                  <Marked key={at} stretch={stretch} wasCalled={wasCalled} isCalled={isCalled} />
                ))}
              </p>
            ) : (
              <>
                {(was !== '' || !isItem) && (
                  <p>
                    <span class="sr">{wasCalled} </span>
                    <del>{was || n('changes.nothing')}</del>
                  </p>
                )}
                {(is !== '' || !isItem) && (
                  <p>
                    <span class="sr">{isCalled} </span>
                    <ins>{is || n('changes.nothing')}</ins>
                  </p>
                )}
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Marked({ stretch, wasCalled, isCalled }: { stretch: Stretch; wasCalled: string; isCalled: string }) {
  const { kind, text } = stretch;
  if (kind === 'both') return <>{text}</>;
  // A space between what went and what came, and none inside the marks.
  const space = text.length > text.trimEnd().length ? ' ' : '';
  return (
    <>
      <span class="sr">{kind === 'out' ? wasCalled : isCalled} </span>
      {kind === 'out' ? <del>{text.trimEnd()}</del> : <ins>{text.trimEnd()}</ins>}
      {space || ' '}
    </>
  );
}
