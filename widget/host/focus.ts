/** On a phone the open panel is the screen: the page behind is out of reach, does not scroll, and Back closes the panel. */

interface Behind {
  release(): void;
}

const ENTRY = 'parleyOpen';

/** Makes the page behind inert until `release`. A `body` that is swapped meanwhile is made inert as well. */
export function holdPage(): Behind {
  const root = document.documentElement;
  const overflow = root.style.overflow;
  let held: HTMLElement | null = null;
  const hold = (): void => {
    if (held === document.body) return;
    held = document.body?.inert ? null : document.body;
    if (held) held.inert = true;
  };
  hold();
  root.style.overflow = 'hidden';
  const swaps = new MutationObserver(hold);
  swaps.observe(root, { childList: true });
  return {
    release() {
      swaps.disconnect();
      if (held) held.inert = false;
      root.style.overflow = overflow;
    },
  };
}

/** One entry in the page's history stands for the open panel. `release` takes it out again. */
export function holdHistory(back: () => void): Behind {
  const mine = (): boolean => Boolean((history.state as Record<string, unknown> | null)?.[ENTRY]);
  if (!mine()) history.pushState({ ...(history.state as object | null), [ENTRY]: true }, '');
  let released = false;
  const left = (event: PopStateEvent): void => {
    removeEventListener('popstate', left, true);
    // The page's own router must not take our entry for a visit.
    event.stopImmediatePropagation();
    if (!released) back();
  };
  addEventListener('popstate', left, true);
  return {
    release() {
      released = true;
      if (!mine()) removeEventListener('popstate', left, true);
      else history.back();
    },
  };
}
