import { useState } from 'preact/hooks';
import { REQUEST_KINDS, type RequestKind } from '../../../shared/deadlines.ts';
import type { NewRequest, RequestDetail, RequestList } from '../../../shared/requests.ts';
import type { Ask } from '../../api.ts';
import { failureWords } from '../../errors.ts';
import { privacyHref } from '../../models/route.ts';
import { Area, Select, Text } from './fields.tsx';
import { useChange } from './use-change.ts';
import { options, q } from './words.ts';

type Via = NewRequest['via'];
const WAYS: readonly Via[] = ['email', 'letter', 'phone'];

/** What came by another way than the chat. */
export function NewForm({ ask, list }: { ask: Ask; list: RequestList }) {
  const [body, setBody] = useState<NewRequest>({
    site: list.sites[0]?.key ?? '',
    kind: 'access',
    via: 'email',
    viaOthers: false,
    received: list.today,
    contact: '',
    name: '',
    text: '',
  });
  const change = useChange(ask);
  const set = (part: Partial<NewRequest>): void => setBody({ ...body, ...part });
  const isToCome = change.failure?.fields?.received === 'to_come';
  async function save(): Promise<void> {
    const made = await change.send<RequestDetail>('requests/', body);
    if (made) location.hash = privacyHref('requests', made.id);
  }
  return (
    <form
      class="rq-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {change.failure && (
        <p class="wrong-sum" role="alert">
          {isToCome ? q('toCome') : q('failedDo', { why: failureWords(change.failure.code, change.failure.retryAfterSeconds) })}
        </p>
      )}
      <div class="rq-pair">
        <Select
          label={q('new.kind')}
          value={body.kind}
          options={options(REQUEST_KINDS, (kind: RequestKind) => q(`kind.${kind}`))}
          onValue={(kind) => set({ kind })}
        />
        <Select
          label={q('new.via')}
          value={body.via}
          options={options(WAYS, (via) => q(`via.${via}`))}
          onValue={(via) => set({ via })}
        />
      </div>
      <div class="rq-pair">
        <Text
          label={q('new.received')}
          type="date"
          max={list.today}
          value={body.received}
          wrong={isToCome ? q('toCome') : null}
          onValue={(received) => set({ received })}
        />
        {list.sites.length > 1 && (
          <Select
            label={q('new.site')}
            value={body.site}
            options={list.sites.map(({ key, name }) => [key, name] as const)}
            onValue={(site) => set({ site })}
          />
        )}
      </div>
      <div class="rq-pair">
        <Text label={q('new.name')} isOptional value={body.name ?? ''} onValue={(name) => set({ name })} />
        <Text
          label={q('new.contact')}
          isOptional
          hint={q('new.contactHint')}
          value={body.contact ?? ''}
          onValue={(contact) => set({ contact })}
        />
      </div>
      <Area label={q('new.text')} isOptional rows={5} value={body.text} onValue={(text) => set({ text })} />
      <label class="rq-box">
        <input type="checkbox" checked={body.viaOthers} onChange={(event) => set({ viaOthers: event.currentTarget.checked })} />
        <span>{q('new.viaOthers')}</span>
      </label>
      <div class="rq-do">
        <button type="submit" class="cbtn main" aria-disabled={change.busy}>
          {q('new.save')}
        </button>
      </div>
    </form>
  );
}
