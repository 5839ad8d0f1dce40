import { dateTime, plural } from '../../app/format.ts';
import { RankMark, SeverityMark, StatusMark } from '../../ui/labels.tsx';
import { Text } from '../../ui/text.tsx';
import type { Grouping } from './alert-filter.ts';
import type { AlertRow } from './alert-rows.ts';
import { TemplateName } from './facets.tsx';

/** One row of the table. */
export function AlertLine(props: {
  readonly row: AlertRow;
  readonly grouping: Grouping;
  readonly selected: boolean;
  readonly toggle: (id: string) => void;
}) {
  const { row, selected } = props;
  if (row.kind === 'more') return <span className="group-name faint">More of this group: Enter shows only them</span>;
  if (row.kind === 'group') {
    return (
      <span className="group-name">
        {row.unfolded !== null && <span aria-hidden="true">{row.unfolded ? '▾' : '▸'}</span>}
        <b className="clip">
          {props.grouping === 'template' ? <TemplateName id={row.name} /> : <Text>{row.name}</Text>}
        </b>
        {row.count !== null && <span className="faint num">{plural(row.count, 'alert')}</span>}
      </span>
    );
  }
  const { alert } = row;
  return (
    <div className="alert-row">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the key x selects; a control inside an option is none */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the key x selects */}
      <span
        className={selected ? 'tick ticked' : 'tick'}
        onClick={(event) => {
          event.stopPropagation();
          props.toggle(alert.id);
        }}
      >
        {selected ? '✓' : ''}
      </span>
      <RankMark rank={alert.priority.rank} />
      <span className="num">
        <span className="alert-year">{dateTime(alert.time).slice(0, 5)}</span>
        {dateTime(alert.time).slice(5)}
      </span>
      <span className="alert-severity">
        <SeverityMark severity={alert.severity} />
      </span>
      <span className="alert-entity clip">
        {alert.entity && (
          <>
            <span className="faint">{alert.entity.kind}</span> <Text>{alert.entity.value}</Text>
          </>
        )}
      </span>
      <span className="clip">
        <Text>{alert.reason}</Text>
        {alert.template && !alert.reason.includes(alert.template.text) && (
          <span className="alert-template faint">
            {' · '}
            <Text>{alert.template.text}</Text>
          </span>
        )}
      </span>
      <span className="num faint">{alert.count > 1 ? `×${alert.count}` : ''}</span>
      {alert.status === 'open' ? <span /> : <StatusMark status={alert.status} />}
    </div>
  );
}
