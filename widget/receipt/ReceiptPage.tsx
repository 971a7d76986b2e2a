import { Component, createRef, type VNode } from 'preact';
import type { ErasedForGood, Receipts, ReceiptsRequest } from '../../shared/api.ts';
import { newId } from '../../shared/ids.ts';
import { ask, type Refusal } from '../http.ts';
import { AboutYou } from '../rights/AboutYou.tsx';
import { Erase } from '../rights/Erase.tsx';
import { reach } from '../rights/reach.tsx';
import { Wishes } from '../rights/Wishes.tsx';
import { say as sayRights } from '../rights/words.ts';
import { applyLook } from '../ui/theme.ts';
import { Download } from './Download.tsx';
import { Slip } from './Slip.tsx';
import { isAgreed, Standing } from './Standing.tsx';
import { Withdraw } from './Withdraw.tsx';
import { say, when, whyNot } from './words.ts';

interface Shown {
  found: Receipts | null;
  /** Why there is nothing to show. */
  fault: Refusal | null;
  /** It was withdrawn here, a moment ago. */
  isWithdrawn: boolean;
  /** It was erased: the link opens nothing any more. */
  isGone: boolean;
  /** By this page. */
  erased: ErasedForGood | undefined;
}

const UNKNOWN: Refusal = { ok: false, code: 'not_found', body: {} };

/** What was agreed, as its receipts say, and what its visitor can do about it: later, on any device, without an account. */
export class ReceiptPage extends Component<{ token: string }, Shown> {
  override state: Shown = { found: null, fault: null, isWithdrawn: false, isGone: false, erased: undefined };
  private news = createRef<HTMLParagraphElement>();

  override componentDidMount(): void {
    void this.fetch();
  }

  private fetch = async (): Promise<void> => {
    const { token } = this.props;
    if (!/^[\w-]{43}$/.test(token)) return this.setState({ fault: UNKNOWN });
    this.setState({ fault: null });
    const request: ReceiptsRequest = { token };
    const reply = await ask<Receipts>('/api/receipts/open', request);
    if (reply.ok) this.take(reply.data);
    else this.setState({ fault: reply });
  };

  private take(found: Receipts): void {
    applyLook(found.look);
    document.title = `${say('title')} · ${found.site}`;
    this.setState({ found });
  }

  private withdrawn = (found: Receipts | null): void => {
    // The button that was pressed is gone, and the focus with it: on to what came of it.
    this.setState({ isWithdrawn: true }, () => this.news.current?.focus());
    if (found) this.take(found);
    else void this.fetch();
  };

  private erase = async (): Promise<string | null> => {
    const request: ReceiptsRequest = { token: this.props.token };
    const reply = await ask<ErasedForGood>('/api/receipts/erase', request);
    // What is not there any more was erased: by another page, or by a try whose answer was lost.
    if (!reply.ok && reply.code !== 'not_found') return whyNot(reply);
    this.setState({ isGone: true, erased: reply.ok ? reply.data : undefined });
    return null;
  };

  override render({ token }: { token: string }): VNode {
    const { found, fault, isGone } = this.state;
    return (
      <main>
        <header>
          {found && (
            <span class="mark" aria-hidden="true">
              {found.look.initial}
            </span>
          )}
          <div>
            <h1>{say('title')}</h1>
            {found && <p class="under">{say('with', { site: found.site })}</p>}
          </div>
        </header>
        {!found && !fault && <p role="status">{say('loading')}</p>}
        {fault && this.nothing(fault)}
        {found && !isGone && this.standing(found)}
        {found && !isGone && (
          <div class="screen">
            {found.hasForm && <AboutYou holder={{ session: null, link: token }} whyNot={whyNot} heading="h2" />}
            <Wishes
              holder={{ session: null, link: token }}
              site={found.site}
              when={when}
              whyNot={whyNot}
              newId={newId}
              heading="h2"
            />
          </div>
        )}
        {found && this.erasure()}
        {found && !isGone && found.receipts.map((one) => <Slip key={one.receipt_id} receipt={one} />)}
        {found && !isGone && this.complaint(found)}
        {found && !isGone && <p class="under screen">{say('later')}</p>}
        {found && !isGone && <p class="under paperOnly">{`${location.origin}/receipt#${token}`}</p>}
      </main>
    );
  }

  private nothing(fault: Refusal): VNode {
    return (
      <div role="alert" class="fault">
        <p>{fault.code === 'unreachable' ? say('unreachable') : whyNot(fault)}</p>
        {fault.code !== 'not_found' && (
          <button type="button" class="btn" onClick={this.fetch}>
            {say('retry')}
          </button>
        )}
      </div>
    );
  }

  private standing({ site, consents, receipts, mayWithdraw, endsChat, reading, shown }: Receipts): VNode {
    const { isWithdrawn } = this.state;
    const { token } = this.props;
    const purposes = receipts.flatMap((one) => one.purposes);
    const hasGrant = consents.some(({ state }) => isAgreed(state));
    return (
      <section aria-labelledby="standing">
        <h2 id="standing">{say('standing')}</h2>
        <Standing consents={consents} nameOf={(purpose) => purposes.find(({ id }) => id === purpose)?.name ?? purpose} />
        <div class="screen" aria-live="polite">
          {isWithdrawn && (
            <p class="good" tabIndex={-1} ref={this.news}>
              {say('withdrawn')}
            </p>
          )}
          {reading !== 'open' && <p class="under">{sayRights(`reading.${reading}`, { site })}</p>}
        </div>
        <div class="acts screen">
          <Download token={token} />
          {mayWithdraw && hasGrant && <Withdraw token={token} endsChat={endsChat} onDone={this.withdrawn} />}
          {shown && (
            <a href={shown} target="_blank" rel="noopener">
              {sayRights('seeForm')}
            </a>
          )}
        </div>
      </section>
    );
  }

  private erasure(): VNode {
    const { isWithdrawn, isGone, erased } = this.state;
    return (
      <div class="screen">
        <Erase
          erase={this.erase}
          holder={{ session: null, link: this.props.token }}
          whyNot={whyNot}
          isGone={isGone}
          erased={erased}
          when={when}
          isAsked={isWithdrawn}
          heading="h2"
        />
        {isGone && <p class="under">{say('linkDead')}</p>}
      </div>
    );
  }

  private complaint({ authority: { name, contact } }: Receipts): VNode {
    return (
      <section aria-labelledby="complain">
        <h2 id="complain">{sayRights('complain')}</h2>
        <p>
          {name}
          {contact && <>, {reach(contact)}</>}
        </p>
        <p class="under">{sayRights('complainText')}</p>
      </section>
    );
  }
}
