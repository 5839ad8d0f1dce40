import { setFlagsFromString } from 'node:v8';

/** Growth of the heap between two collections, in percent of what was alive after the first. */
const GROWTH = 50;

/**
 * Has V8 collect before its heap has grown to several times what is alive, as it would
 * while thousands of lines a second come in: a service shares its machine with others.
 */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
}
