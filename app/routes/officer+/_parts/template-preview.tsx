import { useWords } from '#app/components/words.tsx';

/** A template as the patient reads it, its blanks filled with made-up facts. */
export function TemplatePreview({
  text,
  language,
  saved,
}: {
  text: string | null;
  language: string;
  /** It is what counts now, not what was just typed. */
  saved: boolean;
}) {
  const words = useWords();
  if (text === null) return <p className="text-muted">{words('settings.templates.none')}</p>;
  return (
    <section className="stack" aria-labelledby="preview">
      <h2 id="preview">{words(saved ? 'settings.templates.asRead' : 'settings.templates.asTyped')}</h2>
      <div
        lang={language}
        className="border-line max-w-measure border-s-4 ps-4 wrap-anywhere whitespace-pre-line"
      >
        {text}
      </div>
    </section>
  );
}
