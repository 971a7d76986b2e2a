import { Component, createRef, type VNode } from 'preact';
import { MESSAGE_MAX_CHARS } from '../../shared/limits.ts';
import { cleanText, lengthOf } from '../text.ts';
import { Icon } from '../ui/Icon.tsx';
import type { Verdict } from './ask-first.ts';
import { SEND, SILENT, SOUND } from './icons.ts';
import { say } from './words.ts';

/** From here on the room that is left is worth a word. */
const NEAR = 200;

interface ComposerProps {
  to: string;
  initial: string;
  /** What is typed outlives the page. */
  safe: boolean;
  /** Something that was sent has not arrived. */
  waits: boolean;
  sound: boolean;
  onSound: () => void;
  onDraft: (text: string) => void;
  /** Asks about what need not be sent; see ask-first.ts. */
  onAsk: (text: string) => Promise<Verdict>;
  onSend: (text: string, asIs?: true) => void;
  onEnd: () => void;
  /** Asked whether to end, the visitor goes on. */
  onStay: () => void;
}

/** Where the visitor writes. What is typed stays here until Send. */
export class Composer extends Component<ComposerProps, { text: string; ending: boolean }> {
  override state = { text: this.props.initial, ending: false };
  private field = createRef<HTMLTextAreaElement>();
  private stay = createRef<HTMLButtonElement>();
  private toField = (): void => this.field.current?.focus();
  private keepOn = (): void => {
    this.setState({ ending: false }, this.toField);
    this.props.onStay();
  };

  /** Where the style sheet cannot (`field-sizing`). */
  private grow(): void {
    const field = this.field.current;
    if (!field || CSS.supports('field-sizing', 'content')) return;
    field.style.height = 'auto';
    field.style.height = `${field.scrollHeight}px`;
  }
  private put(text: string): void {
    this.setState({ text }, () => this.grow());
    this.props.onDraft(text);
  }
  private send = async (): Promise<void> => {
    if (!this.ready()) return;
    const verdict = await this.props.onAsk(this.state.text);
    // What stands there now: something may have been taken out of it.
    const text = this.field.current?.value ?? '';
    if (typeof verdict === 'object' || !this.ready(text)) return;
    this.props.onSend(text, verdict);
    this.put('');
    this.toField();
  };
  private ready(text = this.state.text): boolean {
    const clean = cleanText(text);
    return clean !== '' && lengthOf(clean) <= MESSAGE_MAX_CHARS;
  }

  override render(): VNode {
    const { to, safe, waits, sound, onSound, onEnd } = this.props;
    const { text, ending } = this.state;
    const left = MESSAGE_MAX_CHARS - lengthOf(text);
    const ready = this.ready();
    return (
      <div class="pen">
        <div class="pen-row">
          <button type="button" class="icon" aria-label={say('sound')} aria-pressed={sound} onClick={onSound}>
            <Icon d={sound ? SOUND : SILENT} />
          </button>
          <textarea
            id="pen"
            class="pen-text"
            rows={1}
            autocomplete="off"
            enterkeyhint="send"
            aria-label={say('write', { name: to })}
            aria-describedby="pen-foot"
            placeholder={say('write', { name: to })}
            value={text}
            ref={this.field}
            onInput={(event) => this.put(event.currentTarget.value)}
            onKeyDown={(event) => {
              // Enter that ends a composition (229 in Safari) chooses a word and sends nothing.
              if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
              event.preventDefault();
              this.send();
            }}
          />
          <button
            type="button"
            class={ready ? 'send ready' : 'send'}
            aria-label={say('send')}
            aria-disabled={!ready}
            onClick={this.send}
          >
            <Icon d={SEND} />
          </button>
        </div>
        <div class="pen-foot">
          {ending ? (
            <>
              <span role="status">{say('endSure')}</span>
              <button type="button" key="yes" onClick={onEnd}>
                {say('end')}
              </button>
              {/* Where the first press was, so that a second by mistake ends nothing. */}
              <button type="button" key="no" ref={this.stay} onClick={this.keepOn}>
                {say('keepOn')}
              </button>
            </>
          ) : (
            <>
              <span id="pen-foot" role={left < NEAR ? 'status' : undefined} class={left < 0 ? 'bad' : ''}>
                {left < 0
                  ? say('over', { over: -left, max: MESSAGE_MAX_CHARS })
                  : left < NEAR
                    ? say('left', { left, max: MESSAGE_MAX_CHARS })
                    : say((text || waits) && !safe ? 'footUnsent' : 'foot')}
              </span>
              <button type="button" key="end" onClick={() => this.setState({ ending: true }, () => this.stay.current?.focus())}>
                {say('end')}
              </button>
            </>
          )}
        </div>
      </div>
    );
  }
}
