import type { RequestDetail, RequestStepBody } from '../../../shared/requests.ts';
import type { Ask } from '../../api.ts';
import { failureWords } from '../../errors.ts';
import { type Change, useChange } from './use-change.ts';
import { q } from './words.ts';

export interface OneProps {
  request: RequestDetail;
  ask: Ask;
  onChange(request: RequestDetail): void;
}

/** Sends one step and takes its answer. */
export function useStep({ request, ask, onChange }: OneProps): Change & { step(body: StepBody): Promise<boolean> } {
  const change = useChange(ask);
  return {
    ...change,
    async step(body) {
      const next = await change.send<RequestDetail>('requests/step', { ...body, id: request.id });
      if (next) onChange(next);
      return next !== null;
    },
  };
}
type StepBody = RequestStepBody extends infer Body ? (Body extends { id: string } ? Omit<Body, 'id'> : never) : never;

export function Failure({ change }: { change: Pick<Change, 'failure'> }) {
  const { failure } = change;
  return failure ? (
    <p class="wrong-sum" role="alert">
      {q('failedDo', { why: failureWords(failure.code, failure.retryAfterSeconds) })}
    </p>
  ) : null;
}
