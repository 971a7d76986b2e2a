/** The panel, the badge and the launcher's arrow; added to the shadow root beside the loader's own sheet. */
export const panelSheet = new CSSStyleSheet();
panelSheet.replaceSync(
  'section{position:fixed;inset-inline-end:clamp(16px,3vw,24px);width:24em;visibility:hidden;opacity:0;overflow:hidden;border-radius:18px;' +
    'max-width:calc(100% - 32px);background:#fff;box-shadow:0 24px 56px -12px #2c241860,0 4px 12px #2c241818;transform:translateY(8px)}' +
    'section.on{visibility:visible;opacity:1;transform:none;transition:opacity .24s,transform .24s cubic-bezier(.2,.8,.2,1)}' +
    'section.phone{inset-inline-end:auto;max-width:none;border-radius:0;transform:none}' +
    'iframe{display:block;width:100%;height:100%;border:0}' +
    // The mark gives way to an arrow while the panel is open.
    '.open:before{border:0}.open:after{inset:19px 22px 25px;border-width:0 2px 2px 0;transform:rotate(45deg)}' +
    '.away{visibility:hidden}' +
    'i:empty{display:none}' +
    'i{position:absolute;inset-block-start:-7px;inset-inline-end:-7px;min-width:24px;box-sizing:border-box;padding:0 7px;' +
    'border:2px solid #fff;border-radius:12px;background:#b03b34;color:#fff;font:600 12px/20px system-ui,sans-serif;text-align:center}' +
    'span{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}' +
    '@media(prefers-color-scheme:dark){section{background:#1d1b19;box-shadow:0 0 0 1px #363330}}' +
    '@media(prefers-reduced-motion){section.on{transition:none}}' +
    '@media(forced-colors:active){section,i{border:1px solid}}',
);
