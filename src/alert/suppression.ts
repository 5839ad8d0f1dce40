import type { Entity, Severity } from '../types.ts';
import type { LiveAlert } from './live-alert.ts';

/** Which alerts a rule silences: every given part must hold, of a list one. */
export interface AlertMatch {
  readonly detector?: readonly string[] | undefined;
  readonly source?: readonly number[] | undefined;
  /** Public ids. */
  readonly template?: readonly string[] | undefined;
  /** Named by the alert, in whatever role. */
  readonly host?: string | undefined;
  readonly user?: string | undefined;
  readonly entity?: Entity | undefined;
  /** Part of its reason, template or entities; case counts only beyond ASCII. */
  readonly text?: string | undefined;
  readonly severity?: readonly Severity[] | undefined;
}

/** A rule as it is stored. */
export interface AlertRule {
  readonly id: string;
  readonly match: AlertMatch;
  /** Epoch ms. */
  readonly expires: number | null;
  readonly revoked: object | null;
}

/** What of an alert a rule looks at. */
export type MatchedAlert = Pick<
  LiveAlert,
  'detector' | 'source' | 'template' | 'entity' | 'entities' | 'reason' | 'severity'
>;

/** Whether a rule is about an alert, as the store's filter (in SQLite) says it. A rule without a part is about none. */
export function matches(match: AlertMatch, alert: MatchedAlert): boolean {
  const { detector, source, template, host, user, entity, text, severity } = match;
  if (!Object.values(match).some((part) => part !== undefined && part !== '')) return false;
  const among = <T>(list: readonly T[] | undefined, value: T | null | undefined): boolean =>
    list === undefined || (value !== null && value !== undefined && list.includes(value));
  const named = (kind: Entity['kind'], value: string | undefined): boolean =>
    value === undefined || namedBy(alert).some((other) => other.kind === kind && shown(other.value) === shown(value));
  return (
    among(detector, alert.detector) &&
    among(source, alert.source) &&
    among(template, alert.template?.id) &&
    among(severity, alert.severity) &&
    named('host', host) &&
    named('user', user) &&
    (entity === undefined || named(entity.kind, entity.value)) &&
    (text === undefined || textOf(alert).includes(lower(text)))
  );
}

/** The rule that silences an alert now (epoch ms): the first that is in force and about it, `null` where none is. */
export function suppressionFor(alert: MatchedAlert, rules: readonly AlertRule[], now: number): string | null {
  const inForce = ({ expires, revoked }: AlertRule): boolean => revoked === null && (expires === null || expires > now);
  return rules.find((rule) => inForce(rule) && matches(rule.match, alert))?.id ?? null;
}

/**
 * The rules that a false-positive verdict on alerts stands for, each once: those of the same
 * detector, template and entity; where an alert names neither, of the same detector, source
 * and severity. What they would have silenced is the receipt of the verdict.
 */
export function rulesOf(alerts: readonly MatchedAlert[]): AlertMatch[] {
  const rules = alerts.map(({ detector, template, entity, source, severity }): AlertMatch => {
    if (!template && !entity) {
      return { detector: [detector], ...(source === null ? {} : { source: [source] }), severity: [severity] };
    }
    return {
      detector: [detector],
      ...(template ? { template: [template.id] } : {}),
      ...(entity ? { entity: { kind: entity.kind, value: entity.value } } : {}),
    };
  });
  return [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()];
}

// --- internal ---

function namedBy({ entity, entities }: MatchedAlert): readonly Entity[] {
  return entity ? [entity, ...entities] : entities;
}

/** What the store searches in. */
function textOf(alert: MatchedAlert): string {
  const named = namedBy(alert).map(({ value }) => value);
  return lower([alert.reason, alert.template?.text ?? '', ...named].join('\n'));
}

/** As databases hold it: they take no NUL. */
function shown(text: string): string {
  return text.replaceAll('\0', '\u2400');
}

function lower(text: string): string {
  return shown(text).replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
