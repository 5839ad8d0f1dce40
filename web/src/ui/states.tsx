import type { ReactNode } from 'react';
import { Text } from './text.tsx';

/** There is nothing here, and what that means. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="state">
      <strong>{title}</strong>
      <div>{children}</div>
    </div>
  );
}

/** It is on its way. Shown late, so that what is fast does not flicker. */
export function Loading({ what }: { readonly what: string }) {
  return (
    <div className="state state-loading" role="status">
      <span className="bar" aria-hidden="true" />
      Loading {what}
    </div>
  );
}

/** It went wrong, and what to do. */
export function Failure({ error, retry }: { readonly error: Error; readonly retry?: () => void }) {
  return (
    <div className="state state-bad" role="alert">
      <strong>This could not be shown</strong>
      <div>
        <Text>{error.message}</Text>
      </div>
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Loading, failure, or what is there. */
export function Await<T>(props: {
  readonly query: {
    readonly data: T | undefined;
    readonly error: Error | null;
    readonly refetch: () => unknown;
  };
  readonly what: string;
  readonly children: (data: T) => ReactNode;
}) {
  const { data, error, refetch } = props.query;
  if (data !== undefined) return props.children(data);
  return error ? <Failure error={error} retry={() => void refetch()} /> : <Loading what={props.what} />;
}
