import { Link } from '@remix-run/react';
import { Notice } from '#app/components/notice.tsx';
import { T, useWords } from '#app/components/words.tsx';
import type { FollowsView } from './follows-view.server.ts';

/** That a request asks for a second look: at what, why, and whether its reader may give it. */
export function Follows({ follows }: { follows: FollowsView }) {
  const words = useWords();
  const { as, id, reference, reason, others } = follows;
  const first = (
    <Link to={`/staff/requests/${id}`} className="reach">
      {reference}
    </Link>
  );
  return (
    <Notice tone="info" heading={words(as === 'appeal' ? 'desk.appeal.heading' : 'desk.again.heading')}>
      <p>
        <T id={as === 'appeal' ? 'desk.appeal.of' : 'desk.again.of'} values={{ reference: first }} />
      </p>
      {reason && (
        <>
          <p>{words('desk.again.reason')}</p>
          <p
            dir="auto"
            className="border-act max-w-measure border-s-4 ps-4 wrap-anywhere whitespace-pre-line"
          >
            {reason}
          </p>
        </>
      )}
      {others && (
        <p className="font-semibold">
          {others.length > 0
            ? words('desk.appeal.tookPart', { names: others.join(', ') })
            : words('desk.appeal.tookPartAll')}
        </p>
      )}
    </Notice>
  );
}
