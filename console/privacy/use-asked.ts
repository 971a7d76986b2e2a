import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApiFailure, Ask } from '../api.ts';
import type { Connection } from '../connection.ts';

export interface Asked<T> {
  /** The last answer; it stays while the next one is awaited. */
  data: T | null;
  failure: ApiFailure | null;
  loading: boolean;
  again(): void;
  /** Puts something in the answer's place, such as what a change gave back. */
  put(data: T): void;
}

/** Asks once, again when the question changes, and after a failure when the line is back. An older answer never overtakes. */
export function useAsked<T>(ask: Ask, connection: Connection, path: string, body?: unknown): Asked<T> {
  const [state, setState] = useState<{ data: T | null; failure: ApiFailure | null; loading: boolean }>({
    data: null,
    failure: null,
    loading: true,
  });
  const turn = useRef(0);
  const question = JSON.stringify([path, body]);
  const again = () => {
    const mine = ++turn.current;
    setState((before) => ({ ...before, loading: true }));
    void ask<T>(path, body).then((result) => {
      if (mine !== turn.current) return;
      setState((before) =>
        result.ok
          ? { data: result.data, failure: null, loading: false }
          : { data: before.data, failure: result.error, loading: false },
      );
    });
  };
  useEffect(() => {
    again();
    return () => {
      turn.current += 1;
    };
  }, [question]);
  const online = connection.state.value === 'online';
  useEffect(() => {
    if (online && state.failure) again();
  }, [online]);
  return { ...state, again, put: (data) => setState({ data, failure: null, loading: false }) };
}
