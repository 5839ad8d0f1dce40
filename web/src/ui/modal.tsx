import * as Dialog from '@radix-ui/react-dialog';
import type { ReactNode } from 'react';
import { useKeys } from '../app/keys.ts';

/** A dialog: keeps the focus, closes on Escape, gives the focus back. */
export function Modal(props: {
  readonly open: boolean;
  readonly close: () => void;
  readonly title: string;
  readonly children: ReactNode;
  readonly wide?: boolean;
}) {
  return (
    <Dialog.Root open={props.open} onOpenChange={(open) => !open && props.close()}>
      <Dialog.Portal>
        {/* Not Dialog.Overlay: that adds a style element, which the content security policy forbids. */}
        <div className="backdrop" />
        <Dialog.Content className={props.wide ? 'modal modal-wide' : 'modal'} aria-describedby={undefined}>
          <HideKeys />
          <Dialog.Title asChild>
            <h2>{props.title}</h2>
          </Dialog.Title>
          {props.children}
          <Dialog.Close asChild>
            <button type="button" className="quiet modal-close" aria-label="Close">
              ✕
            </button>
          </Dialog.Close>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

// --- internal ---

/** While a dialog is open, keys of the page behind it rest. */
function HideKeys() {
  useKeys({}, { modal: true });
  return null;
}
