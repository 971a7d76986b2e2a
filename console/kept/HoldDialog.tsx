import { useState } from 'preact/hooks';
import { DAY, HOLD_MOST, HOLD_REASON_MAX } from '../../shared/limits.ts';
import type { ConversationRetention, Hold } from '../../shared/retention.ts';
import type { ApiResult, Ask } from '../api.ts';
import { Dialog } from './Dialog.tsx';
import { k } from './words.ts';

const USUAL = 180 * DAY;

interface HoldProps {
  conversationId: string;
  hold: Hold | null;
  ask: Ask;
  onSet(facts: ConversationRetention): void;
  onClose(): void;
}

/** `2027-05-24`, of the reader's own day. */
function dayOf(at: number): string {
  const date = new Date(at);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Until the end of that day, where the reader is. */
const endOf = (day: string): number => new Date(`${day}T23:59:59`).getTime();

/** Why and until when: both are asked for, so that no hold is forgotten. */
export function HoldDialog({ conversationId, hold, ask, onSet, onClose }: HoldProps) {
  const [reason, setReason] = useState(hold?.reason ?? '');
  const [until, setUntil] = useState(dayOf(hold?.until ?? Date.now() + USUAL));
  const [wrong, setWrong] = useState<{ reason: boolean; until: boolean }>({ reason: false, until: false });

  async function submit(): Promise<ApiResult<unknown> | null> {
    const at = endOf(until);
    const text = reason.trim();
    const found = {
      reason: text === '' || [...text].length > HOLD_REASON_MAX,
      until: Number.isNaN(at) || at <= Date.now() || at > Date.now() + HOLD_MOST,
    };
    setWrong(found);
    if (found.reason || found.until) {
      document.getElementById(found.reason ? 'hold-reason' : 'hold-until')?.focus();
      return null;
    }
    const answer = await ask<ConversationRetention>('privacy/retention/hold', { conversationId, reason: text, until: at });
    if (answer.ok) onSet(answer.data);
    return answer;
  }

  return (
    <Dialog title={k('holdDialog.title')} submit={k('holdDialog.submit')} onSubmit={submit} onClose={onClose}>
      <p>{k('holdDialog.text')}</p>
      <div class="kfield">
        <label for="hold-reason">{k('holdDialog.reason')}</label>
        <textarea
          class="input"
          id="hold-reason"
          rows={3}
          value={reason}
          aria-invalid={wrong.reason}
          aria-describedby="hold-reason-under"
          onInput={(event) => setReason(event.currentTarget.value)}
        />
        <p class={wrong.reason ? 'wrong-text' : 'under'} id="hold-reason-under">
          {wrong.reason ? k('holdDialog.wrongReason', { max: HOLD_REASON_MAX }) : k('holdDialog.reasonHint')}
        </p>
      </div>
      <div class="kfield">
        <label for="hold-until">{k('holdDialog.until')}</label>
        <input
          class="input"
          id="hold-until"
          type="date"
          value={until}
          min={dayOf(Date.now() + DAY)}
          max={dayOf(Date.now() + HOLD_MOST - DAY)}
          aria-invalid={wrong.until}
          aria-describedby="hold-until-under"
          onInput={(event) => setUntil(event.currentTarget.value)}
        />
        <p class={wrong.until ? 'wrong-text' : 'under'} id="hold-until-under">
          {wrong.until ? k('holdDialog.wrongUntil') : k('holdDialog.untilHint')}
        </p>
      </div>
    </Dialog>
  );
}
