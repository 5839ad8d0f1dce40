import type { NotifyTarget } from '../config/index.ts';
import { postJson, targetUrl } from './http-post.ts';
import { eventName } from './message.ts';
import type { Notifier, NotifyContext } from './notifier.ts';
import { SIGNATURE_HEADER, signature } from './signature.ts';

type Target = Extract<NotifyTarget, { kind: 'webhook' }>;

/** Posts each message as JSON, signed with the target's secret; see `verifySignature`. */
export function webhookNotifier({ name, url, secret }: Target, { now }: NotifyContext): Notifier {
  const address = targetUrl(name, url);
  return {
    name,
    deliver(message, signal) {
      const body = JSON.stringify(message);
      const headers = {
        'x-caracal-id': message.id,
        'x-caracal-event': eventName(message),
        [SIGNATURE_HEADER]: signature(secret, body, now()),
      };
      return postJson(name, address, { body, headers }, signal);
    },
    close: async () => {},
  };
}
