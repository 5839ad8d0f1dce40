import * as Slider from '@radix-ui/react-slider';

/** A named slider with its value. */
export function Knob(props: {
  readonly name: string;
  readonly symbol: string;
  readonly title: string;
  readonly value: number;
  readonly max: number;
  readonly step: number;
  readonly digits: number;
  readonly change: (value: number) => void;
}) {
  const text = props.value.toFixed(props.digits);
  return (
    <div className="knob" title={props.title}>
      <span className="knob-name">
        {props.symbol} <span className="faint">{props.name}</span>
      </span>
      <Slider.Root
        className="slider"
        value={[props.value]}
        min={0}
        max={props.max}
        step={props.step}
        onValueChange={([value]) => value !== undefined && props.change(value)}
      >
        <Slider.Track className="slider-track">
          <Slider.Range className="slider-range" />
        </Slider.Track>
        <Slider.Thumb className="slider-thumb" aria-label={`${props.name}, ${props.title}`} data-knob={props.name} />
      </Slider.Root>
      <output className="num">{text}</output>
    </div>
  );
}
