import { Component, createRef, type VNode } from 'preact';
import type { FormAsGiven, RectifyRequest } from '../../shared/api.ts';
import type { StandingRequest } from '../../shared/rights-requests.ts';
import { ask, type Refusal } from '../http.ts';
import { say, type Wish } from './words.ts';

interface AboutYouProps {
  /** By which the relay knows who asks: the session, or the link of a receipt. */
  holder: StandingRequest;
  whyNot: (refusal: Refusal, wish?: Wish) => string;
  /** The rank that its heading has on the page. */
  heading: 'h2' | 'h3';
}

interface AboutYouState {
  given: FormAsGiven | null;
  saved: boolean;
  /** Why not, in words. */
  wrong: string;
  busy: boolean;
}

/** What the visitor gave of themselves in the form, to be put right by themselves. */
export class AboutYou extends Component<AboutYouProps, AboutYouState> {
  override state: AboutYouState = { given: null, saved: false, wrong: '', busy: false };
  private form = createRef<HTMLFormElement>();

  /** Asked for when somebody wants to see it, so that to open Privacy asks nothing of anybody. */
  private open = async (): Promise<void> => {
    const { holder, whyNot } = this.props;
    const reply = await ask<FormAsGiven>('/api/privacy/form', holder);
    this.setState(reply.ok ? { given: reply.data, wrong: '' } : { wrong: whyNot(reply, 'look') }, () =>
      this.form.current?.querySelector('input')?.focus(),
    );
  };

  private save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const form = this.form.current;
    if (!form || this.state.busy) return;
    const values = new FormData(form);
    const line = (field: string): string | null => String(values.get(field) ?? '').trim() || null;
    this.setState({ busy: true, saved: false, wrong: '' });
    const { holder, whyNot } = this.props;
    const request: RectifyRequest = { ...holder, name: line('name'), email: line('email') };
    const reply = await ask<FormAsGiven>('/api/privacy/rectify', request);
    if (reply.ok) this.setState({ given: reply.data, saved: true, busy: false });
    else this.setState({ wrong: reply.code === 'invalid' ? say('wrongField') : whyNot(reply), busy: false });
  };

  override render({ heading: Heading }: AboutYouProps, { given, saved, wrong, busy }: AboutYouState): VNode | null {
    if (!given) {
      return (
        <div class="receipt" aria-live="polite">
          <button type="button" class="link" onClick={this.open}>
            {say('seeAboutYou')}
          </button>
          {wrong && <p class="under wrong">{wrong}</p>}
        </div>
      );
    }
    const line = (field: 'name' | 'email'): VNode | false =>
      given.asked[field] !== 'off' && (
        <div>
          <label class="label" for={`own-${field}`}>
            {say(field)}
          </label>
          <input
            class="input"
            // What stands now may be another than what was typed: something may have been taken out.
            key={given[field]}
            id={`own-${field}`}
            name={field}
            type={field === 'email' ? 'email' : 'text'}
            list={undefined}
            autocomplete={field}
            required={given.asked[field] === 'required'}
            defaultValue={given[field] ?? ''}
          />
        </div>
      );
    return (
      <form class="about" aria-labelledby="about-you" ref={this.form} noValidate onSubmit={this.save}>
        <Heading class="label" id="about-you">
          {say('aboutYou')}
        </Heading>
        <div class="two">
          {line('name')}
          {line('email')}
        </div>
        <button type="submit" class="btn" aria-disabled={busy || undefined}>
          {say(busy ? 'saving' : 'putRight')}
        </button>
        <p class={wrong ? 'wrong' : 'under'} role="status">
          {wrong || (saved && say('saved'))}
        </p>
      </form>
    );
  }
}
