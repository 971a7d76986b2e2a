import type { LauncherLook } from '../../shared/colour.ts';

/**
 * The launcher's style sheet. It is constructed, so the page's Content-Security-Policy has no say in it, and what
 * places the launcher is important inside the shadow root, which outranks an important declaration of the page.
 */
export function launcherStyle({ light, dark }: LauncherLook): string {
  const edge = 'clamp(16px,3vw,24px)!important';
  return (
    `:host{all:initial!important;position:fixed!important;z-index:2147483000!important;inset-block-end:${edge};inset-inline-end:${edge}}` +
    // The edge shows where colours are forced.
    'button,div{box-sizing:border-box;border:1px solid #0000;font:15px/1.5 system-ui,sans-serif;color:#1d1b19;background:#fff}' +
    'button{min-width:44px;height:44px;cursor:pointer}' +
    ':focus-visible{outline:2px solid;outline-offset:2px}' +
    `.l{position:relative;display:block;width:60px;height:60px;margin-inline-start:auto;border-radius:24px 9px;background:${light.accent};color:${light.onAccent};outline-color:#1b4fd1}` +
    // The mark: a rounded square with two opposite sharp corners, and two equal lines in it.
    '.l:before,.l:after{content:"";position:absolute;inset:18px;border:2px solid;border-radius:9px 4px}' +
    '.l:after{inset:26px 24px;border-width:2px 0;border-radius:0}' +
    '.l:hover{filter:brightness(.9)}' +
    'div,.l{box-shadow:0 0 0 2px #fff,0 8px 20px -6px #2c241840}' +
    'div{display:flex;width:276px;margin-bottom:12px;padding:12px 4px 12px 16px;border-radius:18px 18px 5px}' +
    '[role=alert] button{text-decoration:underline}' +
    'p{flex:1;margin:5px 0}b{display:block}' +
    `@media(prefers-color-scheme:dark){.l{background:${dark.accent};color:${dark.onAccent}}div,div button{background:#1d1b19;color:#fff}}` +
    '@media print{:host{display:none!important}}'
  );
}
