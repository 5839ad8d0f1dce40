import { CaracalError } from '../errors.ts';
import { type Detector, detectors } from '../models/index.ts';

/**
 * The detector of a `--model` name.
 *
 * @throws CaracalError `E_USAGE` for a name that is none
 */
export function detectorNamed(name: string): Detector {
  const detector = detectors[name];
  if (!detector) {
    throw new CaracalError(
      'E_USAGE',
      `--model ${name}: there is no such model. Use ${Object.keys(detectors).join(', ')}.`,
    );
  }
  return detector;
}
