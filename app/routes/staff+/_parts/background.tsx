import { Link } from '@remix-run/react';
import { ClockBar } from '#app/components/clock-bar.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { Timeline } from '#app/components/timeline.tsx';
import { useWords } from '#app/components/words.tsx';
import type { RequestView } from './request-view.server.ts';

/** What a request rests on: who asked, how its date was worked out, and what has happened. */
export function Background({ request }: { request: RequestView }) {
  const words = useWords();
  const { clock } = request;
  return (
    <div className="sections content-start">
      <section className="stack" aria-labelledby="facts">
        <h2 id="facts">{words('staff.request.facts')}</h2>
        <SummaryList rows={request.facts} />
      </section>
      <section className="stack" aria-labelledby="clock">
        <h2 id="clock">{words('staff.request.clock')}</h2>
        {clock.bar ? <ClockBar {...clock.bar} /> : <p>{words('staff.due.notAnyMore')}</p>}
        <details open>
          <summary>{words('requests.clock.working')}</summary>
          <ol className="text-note mt-2 grid list-decimal gap-1.5 ps-5">
            {clock.working.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
          <p className="text-note text-muted mt-3">
            {clock.citation
              ? words('staff.clock.restsOnLaw', { citation: clock.citation, zone: request.timeZone })
              : words('staff.clock.restsOnPromise', { zone: request.timeZone })}
          </p>
        </details>
      </section>
      <div className="stack">
        <Timeline past={request.history} headingLevel={2} />
        {request.mayAudit && (
          <ul className="grid gap-2">
            <li>
              <Link to={`/officer/audit?request=${request.reference}`} className="reach">
                {words('staff.request.trail')}
              </Link>
            </li>
            <li>
              <a href={`/staff/requests/${request.id}/pack.zip`} className="reach">
                {words('pack.take')}
              </a>
              <p className="text-note text-muted">{words('pack.what')}</p>
            </li>
          </ul>
        )}
      </div>
    </div>
  );
}
