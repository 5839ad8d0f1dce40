import type { NotifyTarget, Settings } from '../config/index.ts';
import { Problem } from './problem.ts';

/** Shown instead of a secret; no shorter than one has to be. */
const MASK = '****************';

/** Settings as they are shown: what opens somebody else's door is masked. */
export function masked(settings: Settings): Settings {
  return { ...settings, notify: settings.notify.map(maskedTarget) };
}

/**
 * Targets as they were sent, with masked secrets replaced by those that are kept, found by kind and name.
 *
 * @throws Problem 400 for a mask where no secret is kept
 */
export function unmasked(targets: readonly NotifyTarget[], known: readonly NotifyTarget[]): NotifyTarget[] {
  return targets.map((target, i) => {
    const kept = known.find(({ kind, name }) => kind === target.kind && name === target.name);
    if (target.kind === 'webhook' && target.secret === MASK) {
      if (kept?.kind === 'webhook') return { ...target, secret: kept.secret };
      throw noSecret(`body.notify.${i}.secret`);
    }
    if (target.kind === 'slack' && target.url.endsWith(`/${MASK}`)) {
      if (kept?.kind === 'slack' && maskedTarget(kept).url === target.url) return { ...target, url: kept.url };
      throw noSecret(`body.notify.${i}.url`);
    }
    return target;
  });
}

// --- internal ---

function maskedTarget<T extends NotifyTarget>(target: T): T {
  if (target.kind === 'webhook') return { ...target, secret: MASK };
  // Who knows the path of a Slack hook can write to its channel.
  if (target.kind === 'slack') return { ...target, url: `${new URL(target.url).origin}/${MASK}` };
  return target;
}

function noSecret(field: string): Problem {
  const detail = 'expected the secret itself: none is kept for a target of this kind and name';
  return new Problem(400, `${field}: ${detail}. Mend it and send it again.`, { errors: [{ field, detail }] });
}
