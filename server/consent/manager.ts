import type { DecideRequest } from '../../shared/api.ts';
import type { NoticePurpose } from '../../shared/notice.ts';
import { Refusal } from '../errors.ts';
import type { Decision } from './record.ts';

/**
 * How a decision was made: by a press in the chat, or by the consent manager of the host page. The manager may speak for
 * what is stored in the browser and for nothing else: it never ticks a box of the form (PR-30). What it implies or
 * presets is no consent (PR-29).
 * @throws Refusal `invalid` for a manager that speaks for another purpose, or grants what no person decided.
 */
export function wayOf(input: DecideRequest, purpose: NoticePurpose): Pick<Decision, 'control' | 'action' | 'manager'> {
  const { manager, granted, control, action } = input;
  if (!manager) return { control, action };
  if (purpose.asked !== 'chat') throw new Refusal('invalid', { fields: { manager: 'cookie only' } });
  if (granted && !manager.explicit) throw new Refusal('invalid', { fields: { manager: 'not explicit' } });
  return { control: `manager.${manager.name}`, action: 'signal', manager };
}
