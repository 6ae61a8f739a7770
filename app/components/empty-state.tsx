import type { ReactNode } from 'react';

export interface EmptyStateProps {
  /** What would be here: "No requests yet". */
  title: string;
  /** Why it is empty. */
  children: ReactNode;
  /** One act, or nothing. */
  action?: ReactNode;
  headingLevel?: 2 | 3;
}

/** Says what would be here, why it is not, and what one can do about it. */
export function EmptyState({ title, children, action, headingLevel = 2 }: EmptyStateProps) {
  const Heading = `h${headingLevel}` as const;
  return (
    <div className="border-rule rounded-sm border-2 border-dashed px-4 py-8 sm:px-8">
      <Heading className="text-h3">{title}</Heading>
      <div className="text-muted mt-1">{children}</div>
      {action && <div className="mt-4">{action}</div>}
    </div>
  );
}
