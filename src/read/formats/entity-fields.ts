import type { EntityKind } from '../../types.ts';
import { addEntity, type Row } from './format.ts';
import { fieldOf, type JsonObject, textOf } from './json-line.ts';

/**
 * Kind of entity that a field or key of this name holds, by the names that ECS, Windows,
 * Suricata, Zeek, Wazuh, CEF and common loggers use.
 */
export function entityKindOf(field: string): EntityKind | undefined {
  return kinds.get(field) ?? kinds.get(field.toLowerCase());
}

/** Adds the entities in the fields of an object that hold one by their name. */
export function addNamedEntities(object: JsonObject, out: Row): void {
  for (const [path, kind] of kinds) {
    const value = fieldOf(object, path);
    if (value !== undefined) addValue(out, kind, value);
  }
}

/** Adds what a field holds, each value of a list. */
export function addValue(out: Row, kind: EntityKind, value: unknown): void {
  if (Array.isArray(value)) for (const item of value.slice(0, 8)) addEntity(out, kind, textOf(item));
  else addEntity(out, kind, textOf(value));
}

/** Kind of entity in a field that the user named: by its name, else by what stands in it. */
export function kindOfNamed(field: string, value: string): EntityKind {
  const known = entityKindOf(field);
  if (known) return known;
  if (/^(\d{1,3}\.){3}\d{1,3}$|^[0-9a-f]*:[0-9a-f:]+:[0-9a-f.:]*$/i.test(value)) return 'address';
  return /host|node|server|machine|computer/i.test(field) ? 'host' : /proc|app|image/i.test(field) ? 'process' : 'user';
}

// --- internal ---

const FIELDS: readonly (readonly [kind: EntityKind, fields: string])[] = [
  [
    'user',
    'user user.name username user_name userName user_id user.id acct account login suser duser srcuser dstuser src_user dst_user ' +
      'data.srcuser data.dstuser source.user.name destination.user.name winlog.user.name remote_user',
  ],
  [
    'address',
    'ip ip_address src dst src_ip dest_ip dst_ip srcip dstip client_ip clientip remote_addr remote_ip sourceIPAddress source.ip ' +
      'destination.ip client.ip server.ip id.orig_h id.resp_h data.srcip data.dstip address c-ip s-ip',
  ],
  ['host', 'shost dhost'],
];

const kinds = new Map(FIELDS.flatMap(([kind, fields]) => fields.split(' ').map((field) => [field, kind] as const)));
