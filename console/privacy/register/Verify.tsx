import { useState } from 'preact/hooks';
import type { RegisterVerified } from '../../../shared/register.ts';
import type { ApiResult, Ask } from '../../api.ts';
import { failureWords } from '../../errors.ts';
import { recordTime } from '../../format.ts';
import { Icon } from '../../ui/icons.tsx';
import { r } from './words.ts';

/** A long chain takes its time. */
const PATIENCE = 10 * 60_000;

export function useVerify(ask: Ask, site: string, act: string | null) {
  const [result, setResult] = useState<ApiResult<RegisterVerified> | 'running' | null>(null);
  async function verify(): Promise<void> {
    if (result === 'running') return;
    setResult('running');
    setResult(await ask<RegisterVerified>('register/verify', { site, act }, PATIENCE));
  }
  return { result, verify };
}

export function VerifyAll({ ask, site }: { ask: Ask; site: string }) {
  const { result, verify } = useVerify(ask, site, null);
  return (
    <>
      <button type="button" class="cbtn main" onClick={() => void verify()}>
        {r(result === 'running' ? 'verify.running' : 'verify.all')}
      </button>
      <Verified result={result} whole />
    </>
  );
}

interface VerifiedProps {
  result: ApiResult<RegisterVerified> | 'running' | null;
  whole?: boolean;
}

/** What was found, in a sentence; it is spoken when it comes. */
export function Verified({ result, whole = false }: VerifiedProps) {
  const words = result === null || result === 'running' ? null : sentence(result, whole);
  const isGood = typeof result === 'object' && result?.ok === true && result.data.fault === null;
  return (
    <span role="status" class={isGood ? 'st yes verified' : 'st off verified'}>
      {words && <Icon name={isGood ? 'check' : 'wrong'} />}
      {words && <span>{words}</span>}
    </span>
  );
}

function sentence(result: ApiResult<RegisterVerified>, whole: boolean): string {
  if (!result.ok) return r('verify.failed', { why: failureWords(result.error.code, result.error.retryAfterSeconds) });
  const { fault, head, entries, signedAt } = result.data;
  if (fault) return r('verify.broken', fault);
  if (!whole) return r('verify.entry', { count: entries });
  const signed = signedAt === null ? r('verify.unsigned') : r('verify.signed', { time: recordTime(signedAt) });
  return `${r('verify.whole', { seq: head.seq })} ${signed}`;
}
