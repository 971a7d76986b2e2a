import { type ReadonlySignal, signal } from '@preact/signals';

function isLooking(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}

/** Is somebody looking at this window? Only then is a message read. */
export function watchAttention(): { looking: ReadonlySignal<boolean>; stop(): void } {
  const looking = signal(isLooking());
  const update = () => {
    looking.value = isLooking();
  };
  window.addEventListener('focus', update);
  window.addEventListener('blur', update);
  document.addEventListener('visibilitychange', update);
  return {
    looking,
    stop: () => {
      window.removeEventListener('focus', update);
      window.removeEventListener('blur', update);
      document.removeEventListener('visibilitychange', update);
    },
  };
}
