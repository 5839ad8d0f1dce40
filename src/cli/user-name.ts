import { userInfo } from 'node:os';

/** Name of the user; some containers have none. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env.USER ?? 'unknown';
  }
}
