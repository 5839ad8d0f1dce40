import type { Context } from 'hono';
import type { AppEnv } from './route.ts';

/** Address of whoever is at the other end of the connection, as it came: what a proxy claims is not believed. */
export function addressOf(context: Context<AppEnv>): string {
  return context.env?.incoming?.socket?.remoteAddress?.replace(/^::ffff:/, '') ?? 'unknown';
}
