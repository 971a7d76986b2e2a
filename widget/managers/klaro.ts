import { type Adapter, globalOf, line, NO_ANSWER, whenThere } from './adapter.ts';

/** Klaro, version 0.7. */
interface Manager {
  confirmed: boolean;
  config?: { version?: unknown };
  getConsent(service: string): boolean;
  watch(watcher: { update(manager: Manager, name: string): void }): void;
}
interface Klaro {
  getManager(): Manager | undefined;
}

/** Every toggle in its dialog is told before it is saved: only what was saved, and confirmed, counts. */
export const klaro: Adapter = ({ map = 'parley' }, decided) => {
  let counts = false;
  const take = (manager: Manager): void => {
    // Its page may reset it.
    if (counts && !manager.confirmed) decided(NO_ANSWER);
    counts = manager.confirmed;
    if (!counts) return;
    const functional = manager.getConsent(map) === true;
    decided({ functional, explicit: true, ref: null, revision: line(manager.config?.version) });
  };
  const find = (): Manager | undefined => {
    try {
      return globalOf<Klaro>('klaro')?.getManager();
    } catch {
      // It has no configuration yet.
      return undefined;
    }
  };
  whenThere(find, (manager) => {
    take(manager);
    manager.watch({
      update(changed, name) {
        if (name === 'saveConsents' || name === 'applyConsents') take(changed);
      },
    });
  });
};
