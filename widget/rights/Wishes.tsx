import { Component, createRef, type VNode } from 'preact';
import type { Standing } from '../../shared/restriction.ts';
import type { ObjectRequest, StandingRequest } from '../../shared/rights-requests.ts';
import { ask, type Refusal } from '../http.ts';
import { Aside } from './Aside.tsx';
import { AskPeople } from './AskPeople.tsx';
import { Objections } from './Objections.tsx';
import { Told } from './Told.tsx';
import type { WishProps } from './wish-props.ts';
import { say } from './wishes-words.ts';
import type { Wish } from './words.ts';

interface WishesProps extends Pick<WishProps, 'site' | 'when'> {
  /** By which the relay knows who asks: the session, or the link of a receipt. */
  holder: StandingRequest;
  whyNot: (refusal: Refusal, wish?: Wish) => string;
  /** A new UUIDv7: from the chat, or the build would cut a piece for it out of the chat's file. */
  newId: () => string;
  /** The rank that its heading has on the page. */
  heading: 'h2' | 'h3';
}

interface WishesState {
  standing: Standing | null;
  busy: string | null;
  wrong: string;
}

/**
 * A pause, an objection, a request to the people behind the chat, and who was told of what (PR-53, GDPR Art. 18, 19, 21).
 * How it stands is asked for when somebody wants to see it, so that to open Privacy asks nothing of anybody.
 */
export class Wishes extends Component<WishesProps, WishesState> {
  override state: WishesState = { standing: null, busy: null, wrong: '' };
  private section = createRef<HTMLElement>();

  private fetch = async (act: 'standing' | 'restrict' | 'unrestrict' | 'object', purpose?: string): Promise<boolean> => {
    if (this.state.busy) return false;
    this.setState({ busy: purpose ?? act, wrong: '' });
    const { holder, whyNot } = this.props;
    const request: StandingRequest | ObjectRequest = purpose === undefined ? holder : { ...holder, purpose };
    const reply = await ask<Standing>(`/api/privacy/${act}`, request);
    this.setState({
      busy: null,
      ...(reply.ok ? { standing: reply.data } : { wrong: whyNot(reply, act === 'standing' ? 'look' : 'change') }),
    });
    return reply.ok;
  };

  /** How it stands is another now; not known, it is no fault of what was done. */
  private renew = async (): Promise<void> => {
    const reply = await ask<Standing>('/api/privacy/standing', this.props.holder);
    if (reply.ok) this.setState({ standing: reply.data });
  };

  private open = async (): Promise<void> => {
    if (await this.fetch('standing')) this.focus('[data-title]');
  };

  /** The button that was pressed is gone or another, and the focus with it: on to what came of it. */
  private act = async (act: 'restrict' | 'unrestrict' | 'object', purpose?: string): Promise<void> => {
    if (await this.fetch(act, purpose)) this.focus(`[data-wish="${purpose ?? 'aside'}"]`);
  };

  private focus(what: string): void {
    const title = this.section.current?.querySelector<HTMLElement>(what);
    title?.focus();
    if (what === '[data-title]') title?.scrollIntoView({ block: 'start' });
  }

  override render(
    { site, when, holder, whyNot, newId, heading: Heading }: WishesProps,
    { standing, busy, wrong }: WishesState,
  ): VNode {
    const fault = (
      <p class="wrong" role="alert">
        {wrong}
      </p>
    );
    if (!standing)
      return (
        <div class="receipt">
          <button type="button" class="link" aria-disabled={busy ? true : undefined} onClick={this.open}>
            {say('open')}
          </button>
          {fault}
        </div>
      );
    const known = { standing, site, when, busy };
    return (
      <section class="wishes" aria-labelledby="wishes" ref={this.section}>
        <Heading class="label" id="wishes" tabIndex={-1} data-title>
          {say('title')}
        </Heading>
        {fault}
        <Aside {...known} onAside={(on) => void this.act(on ? 'restrict' : 'unrestrict')} />
        <Objections {...known} onObject={(purpose) => void this.act('object', purpose)} />
        <AskPeople {...known} holder={holder} whyNot={whyNot} newId={newId} onAsked={this.renew} />
        <Told {...known} />
      </section>
    );
  }
}
