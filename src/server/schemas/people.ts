import { z } from '@hono/zod-openapi';
import type { ApiToken, AuditEntry, Role, TokenRole, User } from '../../store/index.ts';
import type { Credentials } from '../login.ts';
import { expiry, json, text, time } from './common.ts';

export const role: z.ZodType<Role> = z.enum(['viewer', 'analyst', 'admin']);
const tokenRole: z.ZodType<TokenRole> = z.enum(['sender', 'viewer', 'analyst', 'admin']);

export interface SessionBody {
  readonly user: string;
  readonly role: Role;
  /** For the header `X-CSRF-Token` of changes; empty where no cookie is in use. */
  readonly csrf: string;
  readonly expires: number | null;
}

export const session: z.ZodType<SessionBody> = z
  .object({ user: z.string(), role, csrf: z.string(), expires: time.nullable() })
  .openapi('Session');

export const credentials: z.ZodType<Credentials> = z
  .union([
    z.strictObject({ token: z.string().min(1).max(512) }),
    z.strictObject({ user: text(64), password: z.string().min(1).max(1024) }),
  ])
  .openapi('Credentials', { description: 'Either a token, or a user with a password' });

/** No colon: tokens sign as `token:NAME`. */
const userName = z.string().regex(/^[\w.@-]{1,64}$/, 'expected 1 to 64 letters, digits or . _ @ -');
export const password = z.string().min(10).max(256);

export const nameParam = z.object({ name: userName });
export const newUser = z.strictObject({ name: userName, role, password }).openapi('NewUser');
export const changedUser = z
  .strictObject({ role: role.optional(), password: password.optional() })
  .openapi('UserChange');

/** A user as others may see them. */
export type UserBody = Omit<User, 'passwordHash'>;
export const user: z.ZodType<UserBody> = z.object({ name: z.string(), role, created: time }).openapi('User');

export const newToken = z.strictObject({ name: userName, role: tokenRole, expires: expiry }).openapi('NewToken');

const tokenParts = {
  id: z.number(),
  name: z.string(),
  role: tokenRole,
  author: z.string(),
  created: time,
  expires: time.nullable(),
  revoked: time.nullable(),
  state: z.enum(['valid', 'expired', 'revoked']),
};
export const token: z.ZodType<ApiToken> = z.object(tokenParts).openapi('Token');

/** A new token, and its secret, which is shown this once. */
export interface IssuedToken {
  readonly secret: string;
  readonly token: ApiToken;
}
export const issuedToken: z.ZodType<IssuedToken> = z.object({ secret: z.string(), token }).openapi('IssuedToken');

export const auditEntry: z.ZodType<AuditEntry> = z
  .object({ id: z.number(), time, actor: z.string(), action: z.string(), target: z.string(), detail: json })
  .openapi('AuditEntry');
