import type { Entity } from '../../types.ts';

/** Entities without repetitions. */
export function differentEntities(entities: readonly Entity[]): Entity[] {
  return [
    ...new Map(
      entities.map((entity) => [`${entity.kind} ${entity.value.replaceAll('\0', '\u2400')}`, entity]),
    ).values(),
  ];
}
