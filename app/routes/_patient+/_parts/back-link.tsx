import { Link } from '@remix-run/react';
import { Icon } from '#app/components/icon.tsx';

/** The way back from a page whose h1 is its question. */
export function BackLink({ to, children }: { to: string; children: string }) {
  return (
    <p>
      <Link to={to} className="text-note inline-flex min-h-(--target) items-center gap-1.5">
        <Icon name="arrowLeft" />
        {children}
      </Link>
    </p>
  );
}
