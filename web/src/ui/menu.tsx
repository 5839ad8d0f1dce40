import * as Dropdown from '@radix-ui/react-dropdown-menu';
import type { ReactNode } from 'react';

/** A button with a menu. */
export function Menu(props: { readonly label: ReactNode; readonly title: string; readonly children: ReactNode }) {
  return (
    <Dropdown.Root modal={false}>
      <Dropdown.Trigger asChild>
        <button type="button" className="quiet" title={props.title}>
          {props.label}
        </button>
      </Dropdown.Trigger>
      <Dropdown.Portal>
        <Dropdown.Content className="menu" align="start" sideOffset={4} collisionPadding={8}>
          {props.children}
        </Dropdown.Content>
      </Dropdown.Portal>
    </Dropdown.Root>
  );
}

/** One thing to choose. */
export function MenuItem(props: { readonly choose: () => void; readonly children: ReactNode }) {
  return (
    <Dropdown.Item className="menu-item" onSelect={props.choose}>
      {props.children}
    </Dropdown.Item>
  );
}
