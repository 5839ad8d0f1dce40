export { DEFAULT_SETTINGS, type NotifyTarget, notifyTargetSchema, type Settings, settingsSchema } from './settings.ts';
