import { Component, createRef, type VNode } from 'preact';
import type { NoticePeople } from '../../shared/api.ts';
import { ask } from '../http.ts';
import { reach } from '../rights/reach.tsx';
import { say as sayRights } from '../rights/words.ts';
import { say, whyNot } from './words.ts';

interface PeopleState {
  people: NoticePeople | null;
  wrong: string;
}

/** Who answers under a notice, and where to complain (GDPR Art. 13(1)(a), 13(2)(d)): asked for when somebody wants to know. */
export class People extends Component<{ notice: string }, PeopleState> {
  override state: PeopleState = { people: null, wrong: '' };
  private title = createRef<HTMLHeadingElement>();

  private open = async (): Promise<void> => {
    this.setState({ wrong: '' });
    const reply = await ask<NoticePeople>(`/api/notice/${this.props.notice}/people`);
    this.setState(reply.ok ? { people: reply.data } : { wrong: whyNot(reply, 'look') }, () => this.title.current?.focus());
  };

  override render(_: { notice: string }, { people, wrong }: PeopleState): VNode {
    if (!people)
      return (
        <div class="receipt" aria-live="polite">
          <button type="button" class="link" onClick={this.open}>
            {say('seePeople')}
          </button>
          {wrong && <p class="under wrong">{wrong}</p>}
        </div>
      );
    const { controller, officer, authority } = people;
    return (
      <section class="people" aria-labelledby="people">
        <h3 class="label" id="people" tabIndex={-1} ref={this.title}>
          {say('seePeople')}
        </h3>
        <dl class="paper">
          <dt>{say('answers')}</dt>
          <dd>
            {controller.name}, {controller.address}
            <br />
            {reach(controller.contact)}
          </dd>
          {officer && <dt>{say('officer')}</dt>}
          {officer && <dd>{reach(officer)}</dd>}
          <dt>{sayRights('complain')}</dt>
          <dd>
            {authority.name}
            {authority.contact && (
              <>
                <br />
                {reach(authority.contact)}
              </>
            )}
            <p class="under">{sayRights('complainText')}</p>
          </dd>
        </dl>
      </section>
    );
  }
}
