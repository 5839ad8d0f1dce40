import type { NotifyTarget } from '../config/index.ts';
import type { Entity } from '../types.ts';
import { postJson, targetUrl } from './http-post.ts';
import type { NotifyMessage } from './message.ts';
import type { Notifier } from './notifier.ts';
import { plainText, shortened } from './plain-text.ts';

type Target = Extract<NotifyTarget, { kind: 'slack' }>;

/** Posts each message to an incoming webhook of Slack. */
export function slackNotifier({ name, url }: Target): Notifier {
  const address = targetUrl(name, url);
  return {
    name,
    deliver: (message, signal) => postJson(name, address, { body: JSON.stringify(slackForm(message)) }, signal),
    close: async () => {},
  };
}

/**
 * A message as Block Kit. What logs say stands in `plain_text` alone, escaped besides: no
 * mention, link, emoji or formatting in a log line comes to life.
 *
 * Source: Slack, "Formatting text for app surfaces" and "Block Kit", their limits included.
 */
export function slackForm(message: NotifyMessage): object {
  const { head, reason, facts, footer } = message.type === 'alert' ? alertTexts(message) : windowTexts(message);
  return {
    // Shown where blocks are not, such as in the notice of a phone.
    text: slackText(head, 140),
    ...{ mrkdwn: false, parse: 'none', link_names: false, unfurl_links: false, unfurl_media: false },
    blocks: [
      { type: 'header', text: plain(head, 28) },
      { type: 'section', text: plain(reason, 550) },
      { type: 'section', fields: facts.map(([name, value]) => plain(`${name}: ${value}`, 380)) },
      { type: 'context', elements: [plain(footer, 380)] },
    ],
  };
}

// --- internal ---

interface Texts {
  readonly head: string;
  readonly reason: string;
  /** At most ten. */
  readonly facts: readonly (readonly [string, string])[];
  readonly footer: string;
}

function alertTexts({ alert, id }: NotifyMessage & { readonly type: 'alert' }): Texts {
  const [example] = alert.lines?.examples ?? [];
  return {
    head: `${alert.priority.rank} alert`,
    reason: alert.reason,
    facts: [
      ['Severity', alert.calibrated ? alert.severity : `${alert.severity} (a guess)`],
      ['Time', utc(alert.time)],
      ['Detector', alert.detector],
      ['Events', String(alert.count)],
      ...(alert.entity ? [['About', named(alert.entity)] as const] : []),
      ...(alert.template ? [['Template', alert.template.text] as const] : []),
      ...(example ? [['Line', `${alert.lines?.source}:${example.line} ${example.text}`] as const] : []),
    ],
    footer: `alert ${alert.id}, message ${id}`,
  };
}

function windowTexts({ window, change, id }: NotifyMessage & { readonly type: 'window' }): Texts {
  return {
    head: change === 'open' ? 'A window opened' : 'A window closed',
    reason: window.reason,
    facts: [
      ['From', utc(window.start)],
      ['To', utc(window.end)],
      ['Channels', window.channels.join(', ')],
      ['About', window.entities.slice(0, 10).map(named).join(', ') || 'nobody in particular'],
    ],
    footer: `window ${window.id}, message ${id}`,
  };
}

function named({ kind, value }: Entity): string {
  return `${kind} ${value}`;
}

function utc(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** At most `most` characters before they are escaped: each becomes five at most. */
function plain(text: string, most: number): object {
  return { type: 'plain_text', text: slackText(text, most) || '-', emoji: false };
}

function slackText(text: string, most: number): string {
  return shortened(plainText(text), most).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
