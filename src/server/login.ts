import type { SessionOwner } from '../store/index.ts';
import { actorOfToken } from './authenticate.ts';
import type { AppParts } from './dependencies.ts';
import { refuseIfTooMany } from './guard.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { Problem } from './problem.ts';
import { createRateLimit } from './rate-limit.ts';
import { createWaits } from './waits.ts';

/** How people show who they are. */
export type Credentials = { readonly token: string } | { readonly user: string; readonly password: string };

/** Who logs in, and until when at most. */
export interface Welcome {
  readonly owner: SessionOwner;
  readonly name: string;
  readonly expires: number | null;
}

/** The door. */
export interface Login {
  /** @throws Problem 401 for wrong credentials, 403 for a token that is none for people, 429 */
  check(credentials: Credentials, address: string): Promise<Welcome>;
}

/**
 * Checks credentials: few attempts from one address, and fewer and fewer on a user name
 * after failures. An unknown user costs as much time as a wrong password.
 */
export function createLogin({ store, limits, clock }: AppParts): Login {
  const addresses = createRateLimit(limits.login, clock.now);
  const waits = createWaits({ free: limits.loginFailures, longest: limits.loginWait }, clock.now);
  /** A hash of no password, for names that there are not. */
  let decoy: Promise<string> | undefined;
  let checking = 0;

  const checkPassword = async (password: string, hash: string | undefined): Promise<boolean> => {
    // Each takes 32 MiB and a core for a while.
    if (checking >= MOST_CHECKS) refuseIfTooMany(1000);
    checking++;
    try {
      decoy ??= hashPassword('nobody has this password', limits.passwordCost);
      const same = await verifyPassword(password, hash ?? (await decoy));
      return same && hash !== undefined;
    } finally {
      checking--;
    }
  };

  return {
    async check(credentials, address) {
      refuseIfTooMany(addresses.take(address));
      if ('token' in credentials) {
        const { token, name, role, expires } = await actorOfToken(credentials.token, store);
        if (role === 'sender') throw new Problem(403, 'This token only brings lines. Log in with another one.');
        return { owner: { token }, name, expires };
      }
      const { user, password } = credentials;
      refuseIfTooMany(waits.left(user));
      const known = await store.users.get(user);
      if (!(await checkPassword(password, known?.passwordHash))) {
        waits.failed(user);
        throw new Problem(401, 'The user or the password is wrong. Try again, or ask an administrator.');
      }
      waits.forget(user);
      return { owner: { user }, name: user, expires: null };
    },
  };
}

// --- internal ---

const MOST_CHECKS = 4;
