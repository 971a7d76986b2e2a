import { t } from '../i18n.ts';

interface WaitingProps {
  state: 'loading' | 'failed';
  onRetry(): void;
  /** The heading, where the page that is awaited brings one. */
  title?: string;
}

/** What stands where a page is still to come. */
export function Waiting({ state, onRetry, title }: WaitingProps) {
  return (
    <div class="page" role="status">
      {title && <h1 class="sr">{title}</h1>}
      <p>{t(state === 'loading' ? 'app.loading' : 'error.no_answer')}</p>
      {state === 'failed' && (
        <button type="button" class="cbtn" onClick={onRetry}>
          {t('app.retry')}
        </button>
      )}
    </div>
  );
}
