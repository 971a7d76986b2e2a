import type { AccentRoles, SiteLook } from '../../shared/colour.ts';

/** Sets the owner's accent for the reader's light or dark, now and when that changes. */
export function applyLook(look: SiteLook): void {
  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => {
    root.dataset.theme = dark.matches ? 'dark' : 'light';
    for (const [role, colour] of Object.entries(dark.matches ? look.dark : look.light) as [keyof AccentRoles, string][]) {
      // accentText → --accent-text; through the CSSOM, which the frame's policy allows.
      root.style.setProperty(`--${role.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, colour);
    }
  };
  dark.addEventListener('change', apply);
  apply();
}
