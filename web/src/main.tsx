import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from './api/client.ts';
import { periodQuery } from './api/queries.ts';
import { sessionQuery } from './api/session.ts';
import { App } from './app/app.tsx';
import { place } from './app/place.ts';
import { viewOf } from './app/views.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import './styles/views.css';

const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      // The session is over: somebody has to log in again, here and now.
      if (error instanceof ApiError && error.status === 401) client.setQueryData(['session'], null);
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 5000,
      refetchOnWindowFocus: false,
      // What the server refused it refuses again; what it did not hear it may hear.
      retry: (failures, error) => !(error instanceof ApiError && error.status >= 400) && failures < 2,
    },
  },
});

// What the first view will want, while it is looked up who is logged in.
const { path, search } = place();
void client.prefetchQuery(sessionQuery);
viewOf(path)?.load(client, search);
void client.prefetchQuery(periodQuery);

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
