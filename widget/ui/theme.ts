import type { SiteLook } from '../../shared/colour.ts';

/** Sets the owner's accent for the reader's light or dark, now and when that changes. */
export function applyLook(look: SiteLook): void {
  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => {
    const theme = dark.matches ? 'dark' : 'light';
    root.dataset.theme = theme;
    // Each role is a custom property of its name; through the CSSOM, which the frame's policy allows.
    for (const [role, colour] of Object.entries(look[theme])) root.style.setProperty(`--${role}`, colour);
  };
  dark.addEventListener('change', apply);
  apply();
}
