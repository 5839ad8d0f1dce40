import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useState } from 'react';
import type { LiveEvent } from './types.ts';

/** Whether what is shown follows what happens. */
export interface LiveState {
  readonly connected: boolean;
  /** Since when it is connected or not, epoch ms; `null` before the first try ended. */
  readonly since: number | null;
}

export const LiveContext = createContext<LiveState>({ connected: false, since: null });

export function useLiveState(): LiveState {
  return useContext(LiveContext);
}

/**
 * Follows the server while the component is there: puts what it tells into the cache,
 * and asks anew, at most once a second, for the lists that it touches. After a lost
 * connection everything is asked anew, since nothing was told meanwhile.
 */
export function useLive(): LiveState {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>({ connected: false, since: null });
  useEffect(() => {
    const touched = createTouched(client);
    const stop = keepConnected(
      (message) => apply(client, message, touched.touch),
      (connected, first) => {
        setState({ connected, since: Date.now() });
        if (connected && !first) void client.invalidateQueries();
      },
    );
    return () => {
      stop();
      touched.stop();
    };
  }, [client]);
  return state;
}

// --- internal ---

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;
const GATHER = 1000;

function keepConnected(
  listener: (message: LiveEvent) => void,
  changed: (connected: boolean, first: boolean) => void,
): () => void {
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = FIRST_WAIT;
  let first = true;
  let ended = false;
  const connect = (): void => {
    socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/live`);
    socket.onopen = () => {
      wait = FIRST_WAIT;
      changed(true, first);
      first = false;
    };
    socket.onmessage = ({ data }) => listener(JSON.parse(String(data)) as LiveEvent);
    socket.onclose = () => {
      if (ended) return;
      changed(false, first);
      timer = setTimeout(connect, wait);
      wait = Math.min(LONGEST_WAIT, wait * 2);
    };
  };
  connect();
  return () => {
    ended = true;
    clearTimeout(timer);
    socket?.close();
  };
}

/** Lists to ask anew, gathered so that a burst asks once. */
function createTouched(client: QueryClient) {
  const keys = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    touch: (...names: string[]): void => {
      for (const name of names) keys.add(name);
      timer ??= setTimeout(() => {
        timer = undefined;
        for (const key of keys) void client.invalidateQueries({ queryKey: [key] });
        keys.clear();
      }, GATHER);
    },
    stop: () => clearTimeout(timer),
  };
}

function apply(client: QueryClient, message: LiveEvent, touch: (...names: string[]) => void): void {
  switch (message.type) {
    case 'alert':
      client.setQueryData(['alert', message.alert.id], message.alert);
      touch('alerts', 'counts', 'heatmap');
      return;
    case 'window':
      client.setQueryData(['window', message.window.id], message.window);
      touch('windows', 'counts');
      return;
    case 'verdict': {
      const { kind } = message.verdict.target;
      touch(`${kind}s`, kind, 'verdicts', 'explanation');
      return;
    }
    case 'counters':
      client.setQueryData(['counters'], message.counters);
      return;
    case 'status':
      client.setQueryData(['status'], message.status);
      client.setQueryData(['counters'], message.status.totals);
      return;
    case 'resync':
      // It told more than this page could take: what was missed is asked for.
      void client.invalidateQueries();
      return;
    case 'ping':
      return;
  }
}
