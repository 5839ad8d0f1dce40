import { useCallback, useMemo } from 'react';
import type uPlot from 'uplot';
import type { ModelDetail } from '../../api/types.ts';
import { fixed } from '../../app/format.ts';
import { numberAxis } from '../../charts/axes.ts';
import type { Colors } from '../../charts/colors.ts';
import { Plot } from '../../charts/plot.tsx';

/** Loss by epoch, of what it learned from and of what it did not see. */
export function TrainingCurves({ history }: { readonly history: ModelDetail['history'] }) {
  const data = useMemo(
    (): uPlot.AlignedData => [
      history.map(({ epoch }) => epoch),
      history.map(({ trainLoss }) => trainLoss),
      history.map(({ validationLoss }) => validationLoss),
    ],
    [history],
  );
  const options = useCallback(
    (colors: Colors): Omit<uPlot.Options, 'width' | 'height'> => ({
      scales: { x: { time: false } },
      legend: { show: false },
      padding: [8, 12, 0, 0],
      axes: [numberAxis(colors, { size: 22, incrs: [1, 2, 5, 10, 20, 50] }), numberAxis(colors)],
      series: [
        {},
        { stroke: colors.low, width: 2, points: { show: history.length < 30, size: 5 } },
        { stroke: colors.med, width: 2, dash: [5, 3], points: { show: history.length < 30, size: 5 } },
      ],
      cursor: { y: false, drag: { x: false, y: false } },
    }),
    [history.length],
  );
  const last = history.at(-1);
  return (
    <>
      <Plot options={options} data={data} height={190} label={`Loss over ${history.length} epochs`} />
      <p className="faint chart-legend">
        <span className="legend-low">training {fixed(last?.trainLoss ?? Number.NaN, 3)}</span>
        <span className="legend-med">validation, dashed {fixed(last?.validationLoss ?? Number.NaN, 3)}</span>
        <span>nats per event, by epoch</span>
      </p>
    </>
  );
}
