/** A line to copy into a terminal. It scrolls by itself, so it can be reached by keyboard. */
export function Command({ label, children }: { label: string; children: string }) {
  return (
    <pre role="region" aria-label={label} tabIndex={0} className="bg-surface overflow-x-auto rounded-sm p-4">
      <code className="text-meta">{children}</code>
    </pre>
  );
}
