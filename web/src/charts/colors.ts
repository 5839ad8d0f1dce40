/** Colours by meaning, as the style sheet has them; canvases cannot read it themselves. */
export interface Colors {
  readonly text: string;
  readonly faint: string;
  readonly grid: string;
  readonly density: string;
  readonly flagged: string;
  readonly window: string;
  readonly windowLine: string;
  readonly preview: string;
  readonly high: string;
  readonly med: string;
  readonly low: string;
  readonly none: string;
  readonly good: string;
}

/** The colours of the theme that holds now. */
export function themeColors(): Colors {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    text: read('text'),
    faint: read('text-faint'),
    grid: read('line-faint'),
    density: read('density'),
    flagged: read('flagged'),
    window: read('window-fill'),
    windowLine: read('window'),
    preview: read('preview'),
    high: read('high'),
    med: read('med'),
    low: read('low'),
    none: read('none'),
    good: read('good'),
  };
}
