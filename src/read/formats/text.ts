import { createMoment } from '../time/clock.ts';
import { createLeadingTime } from '../time/leading-time.ts';
import type { LineFormat } from './format.ts';

/** Plain text: the whole line is the message. A timestamp at its beginning, where there is one, gives its time. */
export const textFormat: LineFormat = {
  name: 'text',
  detect: () => ({ confidence: 0.1, reason: 'any text can be read line by line' }),
  prepare:
    () =>
    ({ clock }) => {
      const leading = createLeadingTime();
      const moment = createMoment();
      return {
        parse: (bytes, start, end, out) => {
          if (leading.read(bytes, start, end, moment)) out.time = clock.resolve(moment);
        },
      };
    },
};
