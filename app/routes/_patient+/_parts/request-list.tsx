import { Link } from '@remix-run/react';
import { DueDate } from '#app/components/due-date.tsx';
import { T } from '#app/components/words.tsx';
import type { RequestView } from '#app/web/present-requests.server.ts';

/** Requests with where each stands, what comes next and by when: none has to be opened to learn it. */
export function RequestList({
  requests,
  headingLevel,
}: {
  requests: readonly RequestView[];
  headingLevel: 2 | 3;
}) {
  const Heading = `h${headingLevel}` as const;
  return (
    <ul className="stack">
      {requests.map((request) => (
        <li key={request.id} className="border-rule grid max-w-full gap-1 border-t pt-4">
          <Heading className="text-h3">
            <Link to={`/requests/${request.id}`} className="reach">
              {request.kind}
            </Link>
          </Heading>
          <p className="text-note text-muted">
            <T id="patient.requests.number" values={{ reference: request.reference }} />
          </p>
          <p>{request.status}</p>
          {request.next && <p>{request.next}</p>}
          {request.due && (
            <p className="mt-1">
              <DueDate {...request.due} />
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
