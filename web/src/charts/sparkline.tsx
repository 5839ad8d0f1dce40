/** A small line of counts, as an SVG. */
export function Sparkline({ values, label }: { readonly values: readonly number[]; readonly label: string }) {
  const most = Math.max(1, ...values);
  const width = 120;
  const height = 20;
  const step = width / Math.max(1, values.length);
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={label}
    >
      {values.map((value, i) =>
        value === 0 ? null : (
          <rect
            key={i}
            x={i * step}
            width={Math.max(1, step - 0.5)}
            y={height - Math.max(1, (value / most) * height)}
            height={Math.max(1, (value / most) * height)}
          />
        ),
      )}
    </svg>
  );
}
