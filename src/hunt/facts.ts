/** What delineation asks of the events behind the flags. */
export interface EventFacts {
  /** Entities of a row that can link incidents, by number. */
  entities(row: number): readonly number[];
  /** First and last event of the row's session, epoch ms; absent where events have no sessions. */
  session?(row: number): readonly [start: number, end: number];
  /** Share of all events that lie in a span of time, ends included; epoch ms. */
  share(start: number, end: number): number;
}
