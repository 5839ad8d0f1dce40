import { createMoment } from '../time/clock.ts';
import { createLeadingTime, type LeadingTime } from '../time/leading-time.ts';
import { type LineFormat, percent, shareOf } from './format.ts';

/** Plain text: the whole line is the message. A timestamp at its beginning, where there is one, gives its time. */
export const textFormat: LineFormat = {
  name: 'text',
  detect: () => ({ confidence: 0.1, reason: 'any text can be read line by line' }),
  open: ({ clock }) => {
    const leading = createLeadingTime();
    const moment = createMoment();
    return {
      parse: (bytes, start, end, out) => {
        if (leading.read(bytes, start, end, moment)) out.time = clock.resolve(moment);
      },
    };
  },
};

/**
 * A timestamp, then the message: `2017-05-16 00:00:00.008 INFO ...`,
 * `[Sun Dec 04 04:47:44 2005] [notice] ...`, `081109 203531 145 INFO ...`. The
 * message starts after the timestamp and the brackets around it.
 */
export const timestampedFormat: LineFormat = {
  name: 'timestamped',
  detect: (sample) => {
    const leading = createLeadingTime();
    const share = shareOf(sample, (start, end) => leading.read(sample.bytes, start, end, createMoment()));
    return { confidence: share * 0.8, reason: `${percent(share)} of the first lines begin with a timestamp` };
  },
  open: ({ clock }) => {
    const leading: LeadingTime = createLeadingTime();
    const moment = createMoment();
    return {
      parse: (bytes, start, end, out) => {
        if (!leading.read(bytes, start, end, moment)) {
          out.wellFormed = false;
          return;
        }
        out.time = clock.resolve(moment);
        let at = moment.next;
        while (at < end && (bytes[at] === 0x20 || bytes[at] === 0x09)) at++;
        out.start = at;
      },
    };
  },
};
