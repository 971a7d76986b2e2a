import { Component, createRef, type VNode } from 'preact';
import { REQUEST_MAX_CHARS } from '../../shared/request-codes.ts';
import type { Asked, AskRequest } from '../../shared/requests.ts';
import type { AskedFact } from '../../shared/restriction.ts';
import type { StandingRequest } from '../../shared/rights-requests.ts';
import { ask, type Refusal } from '../http.ts';
import type { WishProps } from './wish-props.ts';
import { say } from './wishes-words.ts';

interface AskPeopleProps extends WishProps {
  holder: StandingRequest;
  newId: () => string;
  whyNot: (refusal: Refusal) => string;
  /** Something was asked: how it stands is another now. */
  onAsked: () => void;
}

interface AskPeopleState {
  sending: boolean;
  /** The number of what was asked last. */
  came: string | null;
  wrong: string;
}

/** What the page does not do by itself; a copy, an erasure, a pause and an objection it does. */
const KINDS = ['other', 'complaint', 'rectify', 'erase'] as const;

/** A request to the people behind the chat, and those that were made, each with the day by which it is answered (PR-51). */
export class AskPeople extends Component<AskPeopleProps, AskPeopleState> {
  override state: AskPeopleState = { sending: false, came: null, wrong: '' };
  private form = createRef<HTMLFormElement>();
  /** One request, however often it is tried; with other words it is another. */
  private id = this.props.newId();
  private tried = '';

  private send = async (event: Event): Promise<void> => {
    event.preventDefault();
    const form = this.form.current;
    if (!form || this.state.sending) return;
    const values = new FormData(form);
    const line = (field: string): string => String(values.get(field) ?? '').trim();
    const text = line('text');
    if (!text) {
      this.setState({ wrong: say('askEmpty'), came: null });
      return form.querySelector('textarea')?.focus();
    }
    this.setState({ sending: true, wrong: '', came: null });
    const { holder, whyNot, newId, onAsked } = this.props;
    const kind = KINDS.find((one) => one === line('kind')) ?? 'other';
    const written = JSON.stringify([line('kind'), text, line('contact')]);
    if (this.tried !== '' && this.tried !== written) this.id = newId();
    this.tried = written;
    const asked = { id: this.id, kind, text, contact: line('contact') || null };
    const request: AskRequest =
      holder.link === undefined ? { ...asked, session: holder.session } : { ...asked, token: holder.link };
    const reply = await ask<Asked>('/api/privacy/request', request);
    if (!reply.ok) return this.setState({ sending: false, wrong: whyNot(reply) });
    this.id = newId();
    this.tried = '';
    form.reset();
    this.setState({ sending: false, came: reply.data.number });
    onAsked();
  };

  override render({ standing, site, when }: AskPeopleProps, { sending, came, wrong }: AskPeopleState): VNode {
    return (
      <>
        <form class="wish" aria-labelledby="ask-people" ref={this.form} noValidate onSubmit={this.send}>
          <b id="ask-people">{say('ask', { site })}</b>
          <p class="under">{say('askText')}</p>
          <div>
            <label class="label" for="ask-kind">
              {say('askKind')}
            </label>
            <select class="input" id="ask-kind" name="kind">
              {KINDS.map((kind) => (
                <option key={kind} value={kind}>
                  {say(`kind.${kind}`)}
                </option>
              ))}
            </select>
          </div>
          <div>
            <label class="label" for="ask-text">
              {say('askWords')}
            </label>
            <textarea
              class="input"
              id="ask-text"
              name="text"
              rows={3}
              maxLength={REQUEST_MAX_CHARS}
              dir="auto"
              aria-invalid={wrong === say('askEmpty') || undefined}
              aria-describedby="ask-how"
            />
          </div>
          <div>
            <label class="label" for="ask-contact">
              {say('askContact')}
            </label>
            <input class="input" id="ask-contact" name="contact" maxLength={300} dir="auto" />
          </div>
          <p class={wrong ? 'wrong' : 'good'} id="ask-how" role="status">
            {wrong || (came && say('askCame', { number: came }))}
          </p>
          <button type="submit" class="btn" aria-disabled={sending || undefined}>
            {say(sending ? 'askSending' : 'askSend')}
          </button>
        </form>
        {standing.requests.length > 0 && (
          <div class="wish">
            <b>{say('asked')}</b>
            <ul>
              {standing.requests.toReversed().map((one) => (
                <li key={one.number}>
                  {say(`kind.${one.kind}`)} <span class="code">{one.number}</span>
                  <p class="under">{how(one, when)}</p>
                </li>
              ))}
            </ul>
          </div>
        )}
      </>
    );
  }
}

function how({ receivedAt, due, answeredAt, outcome }: AskedFact, when: WishProps['when']): string {
  if (answeredAt !== null) return say(`asked.${outcome ?? 'done'}`, { time: when(answeredAt) });
  const time = when(receivedAt);
  return due === null ? say('asked.waits', { time }) : say('asked.due', { time, day: day(due) });
}

/** A calendar day has no time and no zone: it is the same day wherever it is read. */
const day = (due: string): string =>
  new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${due}T00:00:00Z`));
