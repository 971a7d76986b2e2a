import { type ReadonlySignal, signal } from '@preact/signals';
import type * as page from '../privacy/Desk.tsx';

type Module = typeof page;

/** The privacy desk: fetched when somebody who may use it first goes there. */
export interface PrivacyPlace {
  readonly opened: ReadonlySignal<Module['Desk'] | 'loading' | 'failed'>;
  open(): void;
}

export function createPrivacyPlace(load: () => Promise<Module>): PrivacyPlace {
  const opened = signal<Module['Desk'] | 'loading' | 'failed'>('loading');
  let asked = false;
  return {
    opened,
    open() {
      if (asked) return;
      asked = true;
      opened.value = 'loading';
      load()
        .then(({ Desk }) => {
          opened.value = Desk;
        })
        .catch(() => {
          asked = false;
          opened.value = 'failed';
        });
    },
  };
}
