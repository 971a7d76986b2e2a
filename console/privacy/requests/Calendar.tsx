import { useState } from 'preact/hooks';
import { isDay } from '../../../shared/deadlines.ts';
import type { CalendarRequest, RequestList } from '../../../shared/requests.ts';
import type { Ask } from '../../api.ts';
import { failureWords } from '../../errors.ts';
import { Area, Text } from './fields.tsx';
import { useChange } from './use-change.ts';
import { q } from './words.ts';

interface CalendarProps {
  ask: Ask;
  site: RequestList['sites'][number];
  /** The only one needs no name. */
  isOnly: boolean;
}

/** How a site counts its days. */
export function Calendar({ ask, site, isOnly }: CalendarProps) {
  const [timeZone, setTimeZone] = useState(site.timeZone);
  const [lines, setLines] = useState(site.holidays.join('\n'));
  const [saved, setSaved] = useState(false);
  const change = useChange(ask);
  const holidays = lines.split(/\s+/).filter((day) => day !== '');
  const wrongDay = holidays.find((day) => !isDay(day));
  const isWrongZone = change.failure?.fields?.timeZone !== undefined;
  async function save(): Promise<void> {
    if (wrongDay !== undefined) return;
    const body: CalendarRequest = { site: site.key, timeZone: timeZone.trim(), holidays };
    setSaved((await change.send('requests/calendar', body)) !== null);
  }
  return (
    <form
      class="rq-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {!isOnly && <h3>{site.name}</h3>}
      {change.failure && !isWrongZone && (
        <p class="wrong-sum" role="alert">
          {q('failedDo', { why: failureWords(change.failure.code, change.failure.retryAfterSeconds) })}
        </p>
      )}
      <Text
        label={q('calendar.zone')}
        hint={q('calendar.zoneHint')}
        value={timeZone}
        wrong={isWrongZone ? q('calendar.wrongZone') : null}
        onValue={setTimeZone}
      />
      <Area
        label={q('calendar.days')}
        hint={q('calendar.daysHint')}
        rows={8}
        value={lines}
        wrong={wrongDay === undefined ? null : q('calendar.wrongDay', { day: wrongDay })}
        onValue={(text) => {
          setLines(text);
          setSaved(false);
        }}
      />
      <div class="rq-do">
        <button type="submit" class="cbtn main">
          {q('calendar.save')}
        </button>
        <span role="status">{saved && q('calendar.saved')}</span>
      </div>
    </form>
  );
}
