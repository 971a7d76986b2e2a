import { t } from '../i18n.ts';
import { pieces } from './links.ts';

/** What somebody wrote, as text. Addresses can be opened; the page they lead to learns nothing of ours. */
export function MessageText({ body }: { body: string }) {
  return (
    <>
      {pieces(body).map((piece, at) =>
        piece.href === null ? (
          piece.text
        ) : (
          <a key={at} href={piece.href} target="_blank" rel="noopener noreferrer nofollow ugc">
            {piece.text}
            <span class="sr"> {t('talk.opensNew')}</span>
          </a>
        ),
      )}
    </>
  );
}
