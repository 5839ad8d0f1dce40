import { useEffect, useRef } from 'react';

/** What keys do: the key as `KeyboardEvent.key` has it, or `g h` for two in a row. */
export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => void>>;

/**
 * Keys that work while the component is there. Later components come first; a `modal`
 * one hides all before it. No key fires while somebody types.
 */
export function useKeys(keys: KeyMap, options: { readonly modal?: boolean; readonly active?: boolean } = {}): void {
  const { modal = false, active = true } = options;
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    if (!active) return;
    const layer: Layer = { keys: () => latest.current, modal };
    layers.push(layer);
    if (layers.length === 1) addEventListener('keydown', press);
    return () => {
      layers.splice(layers.indexOf(layer), 1);
      if (layers.length === 0) removeEventListener('keydown', press);
    };
  }, [modal, active]);
}

// --- internal ---

interface Layer {
  readonly keys: () => KeyMap;
  readonly modal: boolean;
}

const layers: Layer[] = [];
let prefix: string | null = null;

function press(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (types(event.target)) {
    // The first Escape leaves the field, unless it is a dialog's, which closes with it.
    if (event.key === 'Escape' && !layers.some((layer) => layer.modal)) (event.target as HTMLElement).blur();
    return;
  }
  const key = prefix === null ? event.key : `${prefix} ${event.key}`;
  prefix = null;
  for (let i = layers.length - 1; i >= 0; i--) {
    const layer = layers[i];
    const run = layer?.keys()[key];
    if (run && !belongsToControl(event)) {
      event.preventDefault();
      run(event);
      return;
    }
    if (layer?.modal) return;
  }
  if (key === 'g') prefix = 'g';
}

/** Somebody writes there. */
function types(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}

/** Enter and Space press a button that has the focus, and open menus. */
function belongsToControl({ key, target }: KeyboardEvent): boolean {
  if (key !== 'Enter' && key !== ' ') return false;
  return target instanceof HTMLElement && target.closest('button, a[href], [role=menuitem], summary') !== null;
}
