import { useState } from 'react';
import { patchSearch } from '../../app/place.ts';
import { TemplateText } from '../../ui/text.tsx';
import type { Graph } from './layout.ts';

/** Finds a step of a large workflow by its text, to look around it. */
export function StepSearch({ workflow }: { readonly workflow: Graph }) {
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const found =
    wanted === '' ? [] : workflow.nodes.filter((node) => node.text?.toLowerCase().includes(wanted)).slice(0, MOST);
  return (
    <div className="step-search">
      <input
        type="search"
        data-search
        placeholder="Look around a template  ( / )"
        aria-label="Look around a template"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {found.length > 0 && (
        <ul className="menu step-found">
          {found.map((node) => (
            <li key={node.id}>
              <button
                type="button"
                className="quiet"
                onClick={() => {
                  setText('');
                  patchSearch({ template: node.key, alert: null }, { push: true });
                }}
              >
                <TemplateText>{node.text ?? ''}</TemplateText>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

// --- internal ---

const MOST = 8;
