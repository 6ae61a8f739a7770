import { Notice } from '#app/components/notice.tsx';
import { useWords } from '#app/components/words.tsx';

export interface Change {
  id: string;
  what: string;
  at: string;
}

/** What happened to a request since its page was opened, for whoever was too late. */
export function Changes({ changes }: { changes: readonly Change[] }) {
  const words = useWords();
  if (changes.length === 0) return null;
  return (
    <Notice tone="info" heading={words('asking.changed.heading')}>
      <ul className="grid gap-1">
        {changes.map(({ id, what, at }) => (
          <li key={id}>
            {what} <span className="text-muted">{at}</span>
          </li>
        ))}
      </ul>
    </Notice>
  );
}
