/** Tells people and other programs of alerts and windows: webhook, Slack, syslog, file. */
export type { NotifyClock } from './clock.ts';
export { createNotifier } from './create-notifier.ts';
export { createDispatcher, type Dispatcher, type DispatcherOptions } from './dispatcher.ts';
export type { Letter, LetterBox, NewLetter } from './letters.ts';
export type { Notification, NotifiedAlert, NotifiedWindow, NotifyMessage } from './message.ts';
export type { Notifier, NotifyContext } from './notifier.ts';
export { SIGNATURE_HEADER, verifySignature } from './signature.ts';
export type { QueueBounds, TargetStatus } from './target-queue.ts';
