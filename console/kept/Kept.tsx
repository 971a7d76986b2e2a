import { useState } from 'preact/hooks';
import type { ConversationRetention, KindDue, RetentionKind } from '../../shared/retention.ts';
import type { ApiFailure, Ask } from '../api.ts';
import type { Connection } from '../connection.ts';
import { failureWords } from '../errors.ts';
import { now } from '../models/clock.ts';
import { useAsked } from '../privacy/use-asked.ts';
import { Icon } from '../ui/icons.tsx';
import { EraseDialog } from './EraseDialog.tsx';
import { HoldDialog } from './HoldDialog.tsx';
import { dateWords, k, periodWords } from './words.ts';

interface KeptProps {
  conversationId: string;
  /** Another one asks anew: what is due counts from the end of the chat. */
  state: string;
  ask: Ask;
  connection: Connection;
}

/** Beside the talk: when what goes by itself, what holds it, and what may be done before. */
export function Kept({ conversationId, state, ask, connection }: KeptProps) {
  const kept = useAsked<ConversationRetention>(ask, connection, `retention/${conversationId}?${state}`);
  const [dialog, setDialog] = useState<'erase' | 'hold' | null>(null);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const facts = kept.data;
  if (!facts) return null;

  async function lift(): Promise<void> {
    const answer = await ask<ConversationRetention>('privacy/retention/lift', { conversationId });
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) kept.put(answer.data);
  }

  return (
    <section class="block due" aria-labelledby="side-due">
      <h3 id="side-due">{k('title')}</h3>
      {facts.hold ? <Held facts={facts} onLift={() => void lift()} /> : <Due facts={facts} />}
      {failure && (
        <p class="row-wrong" role="alert">
          {k('failed', { why: failureWords(failure.code, failure.retryAfterSeconds) })}
        </p>
      )}
      {facts.mayDecide && (
        <div class="due-do">
          <a class="cbtn" href={`/api/agent/privacy/retention/export/${conversationId}`} download>
            <Icon name="get" small />
            {k('export')}
          </a>
          <button type="button" class="cbtn bad" onClick={() => setDialog('erase')}>
            <Icon name="trash" small />
            {k('erase')}
          </button>
          <button type="button" class="cbtn bare" onClick={() => setDialog('hold')}>
            {k(facts.hold ? 'change' : 'hold')}
          </button>
        </div>
      )}
      {dialog === 'erase' && (
        <EraseDialog conversationId={conversationId} hold={facts.hold} ask={ask} onClose={() => setDialog(null)} />
      )}
      {dialog === 'hold' && (
        <HoldDialog
          conversationId={conversationId}
          hold={facts.hold}
          ask={ask}
          onSet={kept.put}
          onClose={() => setDialog(null)}
        />
      )}
    </section>
  );
}

const kindOf = ({ kinds }: ConversationRetention, kind: RetentionKind): KindDue | undefined =>
  kinds.find((one) => one.kind === kind);

function Due({ facts }: { facts: ConversationRetention }) {
  const messages = kindOf(facts, 'messages');
  return (
    <>
      {messages && messages.dueAt !== null && <Line since={messages.since} dueAt={messages.dueAt} />}
      <p>
        {messages && <Messages due={messages} open={facts.open} />} <Others facts={facts} />
      </p>
    </>
  );
}

function Line({ since, dueAt }: { since: number; dueAt: number }) {
  const share = Math.min(100, Math.max(0, Math.round(((now.value - since) / (dueAt - since)) * 100)));
  return (
    <div class="due-line" role="img" aria-label={k('line', { share })}>
      <i style={{ width: `${Math.max(3, share)}%` }} />
    </div>
  );
}

function Messages({ due: { dueAt, goneAt, period }, open }: { due: KindDue; open: boolean }) {
  if (dueAt === null) return <b>{k('gone', { date: dateWords(goneAt ?? 0) })}</b>;
  const [before = '', after = ''] = k(open ? 'due.open' : 'due.ended', { period: periodWords(period) }).split('{what}');
  return (
    <>
      {before}
      <b>{k('due', { date: dateWords(dueAt) })}</b>
      {after}
    </>
  );
}

/** The address always; the rest where it is told apart from what was said. */
function Others({ facts }: { facts: ConversationRetention }) {
  const [messages, form, ip, consent] = (['messages', 'form', 'evidence', 'consent'] as const).map((kind) => kindOf(facts, kind));
  const said: string[] = [];
  if (ip && ip.dueAt === null) said.push(k('ipGone', { date: dateWords(ip.goneAt ?? 0) }));
  if (ip && ip.dueAt !== null) said.push(k(ip.address ? 'ip' : 'browser', { date: dateWords(ip.dueAt) }));
  if (form && form.dueAt !== null && dateWords(form.dueAt) !== dateWords(messages?.dueAt ?? 0))
    said.push(k('form', { date: dateWords(form.dueAt) }));
  if (messages?.dueAt === null && consent && consent.dueAt !== null) said.push(k('proof', { date: dateWords(consent.dueAt) }));
  return <>{said.join(' ')}</>;
}

function Held({ facts, onLift }: { facts: ConversationRetention; onLift(): void }) {
  const { hold, mayDecide } = facts;
  if (!hold) return null;
  return (
    <div class="due-hold">
      <p>
        <b>{k('held', { date: dateWords(hold.until) })}.</b> {k('heldText', { name: hold.by, date: dateWords(hold.setAt) })}
      </p>
      {hold.reason !== null && (
        <p>
          {k('heldReason')}: <bdi class="due-reason">{hold.reason}</bdi>
        </p>
      )}
      {mayDecide && (
        <button type="button" class="text-button" onClick={onLift}>
          {k('lift')}
        </button>
      )}
    </div>
  );
}
