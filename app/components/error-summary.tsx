import { Suspense, useEffect, useReducer, useRef } from 'react';
import { useFieldLabels } from './field-labels.tsx';
import { T, useWords } from './words.tsx';

export interface FormErrorLine {
  /** Id of the control to mend; without it the line is not a link (an error of the whole form). */
  fieldId?: string;
  message: string;
}

interface ErrorSummaryProps {
  errors: readonly FormErrorLine[];
  heading?: string;
}

/**
 * First thing in `main` when a form came back with errors: each names its field by its label, and links to it. With script it takes the
 * focus. Renders nothing when empty.
 */
export function ErrorSummary(props: ErrorSummaryProps) {
  if (props.errors.length === 0) return null;
  return (
    <Suspense>
      <Lines {...props} />
    </Suspense>
  );
}

function Lines({ errors, heading }: ErrorSummaryProps) {
  const words = useWords();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.focus();
    // A page's title is made before its form is sent: what came back with errors says so here, where a reader hears it first.
    const error = words('site.field.error');
    const title = document.title;
    if (title.startsWith(error)) return;
    const marked = `${error} ${title}`;
    document.title = marked;
    return () => {
      if (document.title === marked) document.title = title;
    };
  }, [errors, words]);
  const labels = useFieldLabels();
  const shown = errors.map(({ fieldId }) => fieldId && labels.get(fieldId));
  const [, drawAgain] = useReducer((times: number) => times + 1, 0);
  // A field that was drawn together with the summary, after it, is known now.
  useEffect(() => {
    if (errors.some(({ fieldId }, at) => fieldId && labels.get(fieldId) !== shown[at])) drawAgain();
  });
  return (
    <div
      ref={box}
      role="alert"
      tabIndex={-1}
      aria-labelledby="error-summary-heading"
      className="border-late rounded-sm border-2 p-4 sm:p-6"
    >
      <h2 id="error-summary-heading" className="text-h3">
        {heading ?? words('site.errorSummary.heading', { count: errors.length })}
      </h2>
      <ul className="mt-1 grid">
        {errors.map((error, at) => (
          <li key={`${error.fieldId ?? ''} ${error.message}`}>
            {error.fieldId ? (
              <a
                href={`#${error.fieldId}`}
                className="text-late visited:text-late inline-flex min-h-(--target) items-center font-semibold"
              >
                <span>
                  {shown[at] ? (
                    <T id="site.errorSummary.line" values={{ label: shown[at], message: error.message }} />
                  ) : (
                    error.message
                  )}
                </span>
              </a>
            ) : (
              <span className="text-late font-semibold">{error.message}</span>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
