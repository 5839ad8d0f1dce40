import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { ApiError, change, get, setCsrf } from './client.ts';
import type { Role } from './types.ts';

/** Who is logged in. */
export interface LoggedIn {
  readonly user: string;
  readonly role: Role;
  readonly csrf: string;
}

/** What logs somebody in. */
export type Credentials = { readonly token: string } | { readonly user: string; readonly password: string };

/** The session: `null` while nobody is logged in. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async (): Promise<LoggedIn | null> => {
    try {
      const session = await get<LoggedIn>('/session');
      setCsrf(session.csrf);
      return session;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: Number.POSITIVE_INFINITY,
});

export function useSession() {
  return useQuery(sessionQuery);
}

/** Logs in and out. */
export function useLogin() {
  const client = useQueryClient();
  const login = useCallback(
    async (credentials: Credentials) => {
      const session = await change<LoggedIn>('POST', '/session', credentials);
      setCsrf(session.csrf);
      client.setQueryData(['session'], session);
    },
    [client],
  );
  const logout = useCallback(async () => {
    await change('DELETE', '/session');
    setCsrf(null);
    client.clear();
    client.setQueryData(['session'], null);
  }, [client]);
  return { login, logout };
}

/** What the one who is logged in may do. */
export function useMay(): { readonly judge: boolean; readonly administer: boolean } {
  const { data } = useSession();
  return { judge: data?.role === 'analyst' || data?.role === 'admin', administer: data?.role === 'admin' };
}
