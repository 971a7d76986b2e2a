import { useEffect, useRef } from 'preact/hooks';
import type { NoticeDoc } from '../../shared/notice.ts';
import type { NoticeDesk } from '../../shared/owner-api.ts';
import type { NoticeSheet } from '../models/notice-sheet.ts';
import { Changes } from './Changes.tsx';
import { differences } from './differences.ts';
import { Findings } from './Findings.tsx';
import { Preview } from './Preview.tsx';
import { Versions } from './Versions.tsx';
import { n } from './words.ts';

export type Tab = 'edit' | 'preview' | 'findings' | 'changes' | 'versions';
const BESIDE: readonly Tab[] = ['preview', 'findings', 'changes', 'versions'];

interface AsideProps {
  sheet: NoticeSheet;
  desk: NoticeDesk;
  doc: NoticeDoc;
  tab: Tab;
  narrow: boolean;
  onTab(tab: Tab): void;
  onGo(path: string): void;
}

/** What stands beside the words, one view at a time; where there is no room beside them, the words are a view of their own. */
export function Aside({ sheet, desk, doc, tab, narrow, onTab, onGo }: AsideProps) {
  const tabs = useRef<HTMLDivElement>(null);
  const views = narrow ? (['edit', ...BESIDE] as const) : BESIDE;
  const shown = tab === 'edit' && !narrow ? 'preview' : tab;
  const stale = sheet.saving.value !== 'saved';
  const counts: Partial<Record<Tab, number>> = {
    findings: desk.draft ? desk.findings.length : 0,
    changes: desk.draft && desk.inForce ? differences(desk.inForce.doc, desk.draft.doc).length : 0,
  };

  // Where the page scrolls as a whole, a view begins at its beginning, not where the one before was left.
  useEffect(() => {
    const view = document.getElementById('notice-view');
    const bar = tabs.current?.getBoundingClientRect().bottom ?? 0;
    if (narrow && view && view.getBoundingClientRect().top < bar) view.scrollIntoView({ block: 'start' });
  }, [shown]);

  function onKeyDown(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const forward = getComputedStyle(event.currentTarget as Element).direction === 'rtl' ? -step : step;
    const next = views.at((views.indexOf(shown) + forward) % views.length);
    if (!next) return;
    event.preventDefault();
    onTab(next);
    tabs.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  }

  return (
    <aside class="naside" aria-label={n('tabs.label')}>
      <div class="views" role="tablist" aria-label={n('tabs.label')} ref={tabs} onKeyDown={onKeyDown}>
        {views.map((one) => (
          <button
            key={one}
            type="button"
            role="tab"
            id={`tab-${one}`}
            aria-controls={one === shown && one !== 'edit' ? 'notice-view' : undefined}
            aria-selected={one === shown}
            tabIndex={one === shown ? 0 : -1}
            onClick={() => onTab(one)}
          >
            {n(`tab.${one}`)} {(counts[one] ?? 0) > 0 && <span>{counts[one]}</span>}
          </button>
        ))}
      </div>
      {shown !== 'edit' && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keys that scroll
        <div class="nview" id="notice-view" role="tabpanel" aria-labelledby={`tab-${shown}`} tabIndex={0} key={shown}>
          <h2 class="sr">{n(`tab.${shown}`)}</h2>
          {shown === 'preview' && <Preview doc={doc} />}
          {shown === 'findings' && <Findings desk={desk} doc={doc} stale={stale} onGo={onGo} />}
          {shown === 'changes' && <Changes desk={desk} stale={stale} />}
          {shown === 'versions' && <Versions desk={desk} />}
        </div>
      )}
    </aside>
  );
}
