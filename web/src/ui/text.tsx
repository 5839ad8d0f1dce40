import { Fragment, useMemo } from 'react';
import { visibleParts } from './visible-text.ts';

/** Text that comes from logs or people: text nodes only, hidden characters by name, its direction kept to itself. */
export function Text({ children, className }: { readonly children: string; readonly className?: string }) {
  const parts = useMemo(() => visibleParts(children), [children]);
  return (
    <bdi className={className}>
      {parts.map((part, i) =>
        part.hidden ? (
          <span key={i} className="hidden-char">
            {part.text}
          </span>
        ) : (
          <Fragment key={i}>{part.text}</Fragment>
        ),
      )}
    </bdi>
  );
}

/** A template: its variables stand out from its words. */
export function TemplateText({ children }: { readonly children: string }) {
  const parts = useMemo(() => children.split(/(<(?:\*|[A-Z][A-Z0-9_]*)>)/), [children]);
  return (
    <span className="template">
      {parts.map((part, i) =>
        i % 2 === 1 ? (
          <span key={i} className="variable">
            {part}
          </span>
        ) : (
          <Text key={i}>{part}</Text>
        ),
      )}
    </span>
  );
}
