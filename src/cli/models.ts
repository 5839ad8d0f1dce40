import { CaracalError } from '../errors.ts';
import { type Detector, detectors } from '../models/index.ts';

/**
 * The detector that a saved model is of.
 *
 * @throws CaracalError `E_MODEL_KIND` for one that this version does not have
 */
export function detectorOfModel(kind: string, directory: string): Detector {
  const detector = detectors[kind];
  if (!detector) {
    throw new CaracalError(
      'E_MODEL_KIND',
      `${directory}: is a model of kind ${kind}, which this version does not know. Update caracal, or train one of ${Object.keys(detectors).join(', ')}.`,
      { file: directory },
    );
  }
  return detector;
}

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
