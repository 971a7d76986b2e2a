import { useEffect, useRef, useState } from 'preact/hooks';
import type { Connection } from '../connection.ts';
import { t } from '../i18n.ts';
import { Icon } from './icons.tsx';

/** A short break is mended before anybody needs to read about it. */
const PATIENCE = 1500;
const GLAD = 3000;

/** The state of the line, in words, when it matters. */
export function LineStrip({ connection }: { connection: Connection }) {
  const state = connection.state.value;
  const [shown, setShown] = useState<'lost' | 'back' | null>(null);
  const wasLost = useRef(false);

  useEffect(() => {
    if (state === 'online') {
      if (!wasLost.current) return;
      wasLost.current = false;
      setShown('back');
      const timer = setTimeout(() => setShown(null), GLAD);
      return () => clearTimeout(timer);
    }
    const timer = setTimeout(() => {
      wasLost.current = true;
      setShown('lost');
    }, PATIENCE);
    return () => clearTimeout(timer);
  }, [state]);

  return (
    <div role="status" class="line-strip">
      {shown && (
        <div class={`strip line ${shown}`}>
          <Icon name={shown === 'lost' ? 'off' : 'check'} small />
          <span>{t(`line.${shown}`)}</span>
          {shown === 'lost' && (
            <button type="button" class="text-button" onClick={() => connection.connectNow()}>
              {t('line.retry')}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
