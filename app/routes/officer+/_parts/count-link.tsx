import { Link } from '@remix-run/react';

/** A number that opens its list; nothing opens nothing. */
export function CountLink({ to, count, note }: { to: string; count: number; note?: string }) {
  const text = note ? `${count} ${note}` : `${count}`;
  return count === 0 ? (
    <>{text}</>
  ) : (
    <Link to={to} className="reach whitespace-nowrap tabular-nums">
      {text}
    </Link>
  );
}
