import { Component, type VNode } from 'preact';
import type { ShownBoot } from '../../shared/api.ts';
import { Standing } from '../receipt/Standing.tsx';
import { Withdraw } from '../receipt/Withdraw.tsx';
import { say } from '../receipt/words.ts';
import css from '../styles/receipt.css?inline';
import { addStyles } from '../ui/styles.ts';

/** The page behind the receipt's link, at the press that took everything back. */
export class ReceiptScreen extends Component<{ boot: ShownBoot }> {
  override componentWillMount(): void {
    addStyles(css);
  }

  override componentDidMount(): void {
    document.querySelector<HTMLElement>('.acts > .btn')?.click();
  }

  override render({ boot: { site, notice, consents } }: { boot: ShownBoot }): VNode {
    const nameOf = (purpose: string): string => notice.doc.words.purposes[purpose]?.name ?? purpose;
    return (
      <main>
        <header>
          <span class="mark" aria-hidden="true">
            {site.look.initial}
          </span>
          <div>
            <h1>{say('title')}</h1>
            <p class="under">{say('with', { site: site.name })}</p>
          </div>
        </header>
        <section aria-labelledby="standing">
          <h2 id="standing">{say('standing')}</h2>
          <Standing consents={consents} nameOf={nameOf} />
          <div class="acts">
            <Withdraw token="" endsChat={notice.doc.purposes.some(({ required }) => required)} onDone={() => {}} />
          </div>
        </section>
      </main>
    );
  }
}
