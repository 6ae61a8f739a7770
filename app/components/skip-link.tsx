import { useWords } from './words.tsx';

/** First thing a keyboard reaches on every page. */
export function SkipLink() {
  const words = useWords();
  return (
    <a
      href="#main"
      className="bg-bg text-link visited:text-link sr-only z-10 rounded-sm px-4 py-2 font-semibold focus:not-sr-only focus:absolute focus:start-3 focus:top-3 focus:px-4 focus:py-2"
    >
      {words('site.skip')}
    </a>
  );
}
