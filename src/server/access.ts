import type { Role, TokenRole } from '../store/index.ts';

/** Who may use a route: everybody, programs that bring lines, or people from this role on. */
export type Access = 'public' | 'sender' | Role;

/** Who asks. */
export interface Actor {
  /** Name of a user, `token:NAME` for a token: what verdicts and the audit trail are signed with. */
  readonly name: string;
  readonly role: TokenRole;
  /** Whom to count requests for. */
  readonly identity: string;
  /** When the session or token ends; `null` for never. */
  readonly expires: number | null;
  /** The cookie's secret where that is how they came. */
  readonly session: string | null;
}

/** Whether a role may use what is declared so. Viewers bring no lines: they change nothing. */
export function allows(access: Access, role: TokenRole): boolean {
  if (access === 'public') return true;
  if (access === 'sender') return role === 'sender' || RANK[role] >= RANK.analyst;
  return RANK[role] >= RANK[access];
}

// --- internal ---

const RANK: Readonly<Record<TokenRole, number>> = { sender: 0, viewer: 1, analyst: 2, admin: 3 };
