import type { JudgedLine } from '../../api/types.ts';
import { fixed, percent } from '../../app/format.ts';
import { Meter } from '../../ui/labels.tsx';
import { TemplateText } from '../../ui/text.tsx';

/** What the model expected here, the likeliest first, against what came. */
export function ExpectedList({ item }: { readonly item: JudgedLine }) {
  const among = item.expected.some(({ template }) => template === item.template);
  return (
    <section>
      <h3>Expected, and what came</h3>
      <ol className="expected">
        {item.expected.map((one) => (
          <li key={one.template} className={one.template === item.template ? 'came' : ''}>
            <span className="num">{percent(one.p)}</span>
            <Meter share={one.p} />
            <Ending template={one.template} text={one.text} />
          </li>
        ))}
        {!among && (
          <li className="came">
            <span className="num">rank {item.rank}</span>
            <Meter share={Math.exp(-item.nll)} />
            <span>
              <b>came: </b>
              <Ending template={item.template} text={item.templateText} />
            </span>
          </li>
        )}
      </ol>
      <p className="faint">
        Surprise <span className="num">{fixed(item.nll)}</span> nats, rank <span className="num">{item.rank}</span>
        {item.flags.length > 0 && `, flagged by ${item.flags.join(', ')}`}
      </p>
    </section>
  );
}

// --- internal ---

/** `$` is the end of a session. */
function Ending({ template, text }: { readonly template: string; readonly text: string }) {
  return template === '$' ? <em>the end of the session</em> : <TemplateText>{text}</TemplateText>;
}
