import { Link } from '@remix-run/react';
import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';

export interface PageHeaderProps {
  /** The page's one h1. */
  title: ReactNode;
  /** Answers the visitor's question in a sentence or two. */
  lead?: ReactNode;
  back?: { to: string; label: string };
  /** A chip or badge that stands with the title. */
  status?: ReactNode;
  /** The page's main act. */
  action?: ReactNode;
}

export function PageHeader({ title, lead, back, status, action }: PageHeaderProps) {
  return (
    <header className="grid gap-3 wrap-anywhere">
      {back && (
        <p>
          <Link to={back.to} className="text-note inline-flex min-h-(--target) items-center gap-1.5">
            <Icon name="arrowLeft" />
            {back.label}
          </Link>
        </p>
      )}
      <h1>{title}</h1>
      {status && <div className="flex flex-wrap gap-3">{status}</div>}
      {lead && <div className="text-muted max-w-measure text-[1.15em] leading-normal">{lead}</div>}
      {action && <div className="mt-2 flex flex-wrap items-center gap-x-6 gap-y-3">{action}</div>}
    </header>
  );
}
