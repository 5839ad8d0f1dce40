import type { MouseEvent, ReactNode } from 'react';
import { navigate } from './place.ts';

/** A link within the dashboard. */
export function Link(props: {
  readonly to: string;
  readonly children: ReactNode;
  readonly current?: boolean;
  readonly title?: string;
  readonly className?: string;
}) {
  const follow = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    navigate(props.to);
  };
  return (
    <a
      href={props.to}
      onClick={follow}
      aria-current={props.current ? 'page' : undefined}
      title={props.title}
      className={props.className}
    >
      {props.children}
    </a>
  );
}
