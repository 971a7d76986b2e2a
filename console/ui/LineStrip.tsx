import { useEffect, useRef, useState } from 'preact/hooks';
import type { Connection } from '../connection.ts';
import { t } from '../i18n.ts';
import { Icon } from './icons.tsx';

/** A short break is mended before anybody needs to read about it. */
const PATIENCE = 1500;
const GLAD = 3000;

type Shown = 'lost' | 'held' | 'back' | 'taken';

/** The state of the line, and of the relay behind it, in words, when it matters. */
export function LineStrip({ connection }: { connection: Connection }) {
  const wrong = connection.state.value !== 'online' ? 'lost' : connection.held.value > 0 ? 'held' : null;
  const [shown, setShown] = useState<Shown | null>(null);
  const was = useRef<'lost' | 'held' | null>(null);

  useEffect(() => {
    if (!wrong) {
      if (!was.current) return;
      setShown(was.current === 'lost' ? 'back' : 'taken');
      was.current = null;
      const timer = setTimeout(() => setShown(null), GLAD);
      return () => clearTimeout(timer);
    }
    const timer = setTimeout(() => {
      was.current = wrong;
      setShown(wrong);
    }, PATIENCE);
    return () => clearTimeout(timer);
  }, [wrong]);

  const good = shown === 'back' || shown === 'taken';
  return (
    <div role="status" class="line-strip">
      {shown && (
        <div class={`strip line ${good ? 'back' : shown}`}>
          <Icon name={good ? 'check' : shown === 'lost' ? 'off' : 'warn'} small />
          <span>{t(`line.${shown}`)}</span>
          {!good && (
            <button type="button" class="text-button" onClick={() => connection.connectNow()}>
              {t(shown === 'lost' ? 'line.retry' : 'line.try')}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
