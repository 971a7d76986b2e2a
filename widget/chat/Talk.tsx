import type { RefObject, VNode } from 'preact';
import type { FrameBoot } from '../../shared/api.ts';
import { durationMs } from '../../shared/durations.ts';
import { MANAGED } from '../../shared/endpoints.ts';
import { receiptNumber } from '../../shared/ids.ts';
import { HOUR } from '../../shared/limits.ts';
import { Asked } from './Asked.tsx';
import type { Conversation } from './conversation.ts';
import { Recorded, Transcript } from './Transcript.tsx';
import { clock, say } from './words.ts';

interface TalkProps {
  boot: FrameBoot;
  conversation: Conversation;
  closed: boolean;
  /** The cookie question was opened again. */
  asking: boolean;
  failed: boolean;
  /** Something new stands below what is in view. */
  below: boolean;
  log: RefObject<HTMLDivElement | null>;
  onScroll: () => void;
  onReceipt: () => void;
  onChange: () => void;
  onToEnd: () => void;
  onDecide: (purpose: string, granted: boolean, question: HTMLElement) => void;
}

/** The talk, and under it the cookie question until it is answered. */
export function Talk(props: TalkProps): VNode {
  const { boot, conversation, closed, asking, failed, below, log, onScroll, onReceipt, onChange, onToEnd, onDecide } = props;
  const { doc } = boot.notice;
  const { state, cookie } = conversation;
  const { closedBy, closedAt, agent, agentOnline } = state.conversation ?? {};
  const consent = state.consents.find(({ purpose }) => purpose !== cookie && conversation.granted(purpose));
  const answered = !state.checking && state.consents.some(({ purpose }) => purpose === cookie);
  // The page's consent manager decides of the cookie, and is asked instead.
  const managed = location.hash === MANAGED;
  const ask = !managed && cookie !== undefined && state.conversation !== null && !closed && (asking || !answered);
  const kept = conversation.kept();
  const hours = Math.round(durationMs(doc.periods.cookie) / HOUR);
  const alone = !state.lines.some(({ author }) => author === 'agent');
  return (
    <div class="room" onScroll={onScroll}>
      <div
        class="log"
        role="log"
        aria-label={say('log', { name: boot.site.name })}
        aria-live={state.synced ? 'polite' : 'off'}
        aria-relevant="additions"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
        onScroll={onScroll}
        ref={log}
      >
        <Transcript
          state={state}
          site={boot.site.name}
          now={Date.now()}
          agreed={
            consent && (
              <Recorded good>
                <span>{say('agreedAt', { time: clock(consent.at) })}</span>
                <button type="button" onClick={onReceipt}>
                  {say('receipt', { number: receiptNumber(consent.actId) })}
                </button>
              </Recorded>
            )
          }
          answered={
            (answered || managed) &&
            !ask &&
            !closed && (
              <Recorded good={kept}>
                <span>{kept ? say('kept', { hours }) : say(state.cookieLost ? 'cookieLost' : 'notKept')}</span>
                <button type="button" onClick={managed ? onReceipt : onChange}>
                  {say('change')}
                </button>
              </Recorded>
            )
          }
          onRetry={conversation.retry}
          onRemove={conversation.remove}
        />
        {alone && !closed && <p class="under note">{doc.words.form[agentOnline ? 'promise' : 'away']}</p>}
        {closed && (
          <p class="under note">
            {say(closedBy === 'agent' ? 'endedByAgent' : closedBy === 'restriction' ? 'paused' : 'endedByYou', {
              name: agent?.name ?? boot.site.name,
              time: clock(closedAt ?? state.overAt),
            })}
          </p>
        )}
        {state.typing !== null && (
          <p class="typing" aria-hidden="true">
            <i />
            <i />
            <i />
          </p>
        )}
        {below && (
          <button type="button" class="btn below" onClick={onToEnd}>
            {say('newMessages')}
          </button>
        )}
      </div>
      {ask && (
        <Asked
          doc={doc}
          purpose={cookie}
          isCookie
          failed={failed}
          onAnswer={(granted, question) => onDecide(cookie, granted, question)}
        />
      )}
    </div>
  );
}
