import type { SubjectKind } from '../models/index.ts';
import type { EventColumns } from '../types.ts';

/** Something whose events are counted. */
export interface Subject {
  readonly kind: SubjectKind;
  readonly host: string;
  /** Number of a template within the run, or the address or user. */
  readonly subject: string;
}

/** What the quantity channel counts of an event: its template, and the addresses and users that it names, on its host. */
export function subjectsOf(events: EventColumns, row: number): Subject[] {
  const host = events.strings.value(events.host[row]!);
  const subjects: Subject[] = [{ kind: 'template', host, subject: String(events.template[row]) }];
  for (let e = events.entityOffsets[row]!; e < events.entityOffsets[row + 1]!; e++) {
    const { kind, value } = events.entityTable.entity(events.entities[e]!);
    if (kind === 'address' || kind === 'user') subjects.push({ kind, host, subject: value });
  }
  return subjects;
}
