import { Modal } from '../ui/modal.tsx';
import { VIEWS } from './views.ts';

/** All keys, on `?`. */
export function HelpDialog({ open, close }: { readonly open: boolean; readonly close: () => void }) {
  return (
    <Modal open={open} close={close} title="Keyboard" wide>
      <div className="help-columns">
        {SECTIONS.map(({ title, keys }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl className="keys">
              {keys.map(([key, what]) => (
                <div key={key}>
                  <dt>
                    {key.split(' ').map((part) => (
                      <kbd key={part}>{part}</kbd>
                    ))}
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}

// --- internal ---

const SECTIONS: readonly { readonly title: string; readonly keys: readonly (readonly [string, string])[] }[] = [
  {
    title: 'Lists',
    keys: [
      ['j', 'next'],
      ['k', 'previous'],
      ['Enter', 'open; unfold a group'],
      ['Esc', 'close; clear the selection'],
      ['x', 'select'],
      ['/', 'search'],
      ['?', 'this help'],
    ],
  },
  {
    title: 'Verdicts',
    keys: [
      ['a', 'acknowledge: benign, expected'],
      ['f', 'false positive: shows what it silences, asks for the reason'],
      ['e', 'escalate: a true positive'],
      ['n', 'not evaluable'],
      ['u', 'undo the last verdict'],
    ],
  },
  {
    title: 'Time',
    keys: [
      ['t', 'tune: to the alpha slider (Hunt)'],
      ['z', 'zoom to the window or alert'],
      ['0', 'the whole period'],
    ],
  },
  { title: 'Go to', keys: VIEWS.map((view) => [`g ${view.key}`, view.title] as const) },
];
