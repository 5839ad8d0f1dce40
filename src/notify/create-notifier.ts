import type { NotifyTarget } from '../config/index.ts';
import { fileNotifier } from './file.ts';
import type { Notifier, NotifyContext } from './notifier.ts';
import { slackNotifier } from './slack.ts';
import { syslogNotifier } from './syslog.ts';
import { webhookNotifier } from './webhook.ts';

/**
 * The notifier of a target from the settings.
 *
 * @throws CaracalError `E_USAGE` for a URL that is not http or https, or has a password in it
 */
export function createNotifier(target: NotifyTarget, context: NotifyContext): Notifier {
  switch (target.kind) {
    case 'webhook':
      return webhookNotifier(target, context);
    case 'slack':
      return slackNotifier(target);
    case 'syslog':
      return syslogNotifier(target, context);
    case 'file':
      return fileNotifier(target);
  }
}
