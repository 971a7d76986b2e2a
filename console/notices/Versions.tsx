import type { NoticeDesk } from '../../shared/owner-api.ts';
import { recordTime, shortHash } from '../format.ts';
import { n } from './words.ts';

/** Every version that was published in this language, the newest first. */
export function Versions({ desk: { versions, inForce } }: { desk: NoticeDesk }) {
  if (versions.length === 0) return <p class="nquiet">{n('versions.none')}</p>;
  return (
    <>
      <p class="nquiet">{n('versions.lead')}</p>
      <ol class="nversions">
        {versions.map(({ hash, version, publishedAt }) => (
          <li key={hash}>
            <div>
              <a href={`/notice/${hash}`} target="_blank" rel="noopener">
                {n('versions.one', { version })}
                <span class="sr"> {n('opensNew')}</span>
              </a>
              {hash === inForce?.hash && <span class="ntag">{n('versions.current')}</span>}
            </div>
            <time dateTime={new Date(publishedAt).toISOString()}>{recordTime(publishedAt)}</time>
            <span class="code" title={hash}>
              {shortHash(hash)}
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}
