import { Notice } from './notice.tsx';
import { PrintButton } from './print-button.tsx';
import { useWords } from './words.tsx';

/** One secret that is shown now and never again: an invitation, a key. */
export function ShownOnce({ label, secret, children }: { label: string; secret: string; children?: string }) {
  const words = useWords();
  return (
    <Notice tone="soon" icon="lock" heading={words('crew.once.heading')}>
      <p className="text-muted">{label}</p>
      <p>
        <code className="text-date font-semibold break-all tabular-nums select-all">{secret}</code>
      </p>
      {children && <p>{children}</p>}
      <p>
        <PrintButton>{words('crew.once.print')}</PrintButton>
      </p>
    </Notice>
  );
}

/** One-time codes on paper: each can be struck through when it is used. */
export function CodeList({ codes }: { codes: readonly string[] }) {
  return (
    <ol className="grid list-decimal gap-x-10 gap-y-2 ps-8 sm:grid-cols-2">
      {codes.map((code) => (
        <li key={code} className="text-h3 tabular-nums">
          <code className="select-all">{code}</code>
        </li>
      ))}
    </ol>
  );
}
