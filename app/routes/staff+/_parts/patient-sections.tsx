import { Link } from '@remix-run/react';
import { StatusBadge } from '#app/components/status-badge.tsx';
import { useWords } from '#app/components/words.tsx';
import type { PatientView } from './patient-view.server.ts';

interface Of {
  patient: PatientView;
}

/** A patient's newest requests, with their pages. */
export function Requests({ patient }: Of) {
  const words = useWords();
  return (
    <section className="stack" aria-labelledby="requests">
      <h2 id="requests">{words('records.patient.requests', { count: patient.requestCount })}</h2>
      {patient.requests.length === 0 ? (
        <p className="text-muted">{words('records.patient.noRequests')}</p>
      ) : (
        <ul className="grid gap-2">
          {patient.requests.map((one) => (
            <li key={one.id} className="border-rule flex flex-wrap gap-x-4 border-t pt-2">
              <Link to={`/staff/requests/${one.id}`} className="reach font-semibold">
                {one.reference}
              </Link>
              <span>{one.kind}</span>
              <span className="text-muted">{one.received}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** What the patient says no, or yes, to at present, and the way to what was allowed before. */
export function Choices({ patient }: Of) {
  const words = useWords();
  return (
    <section className="stack" aria-labelledby="choices">
      <h2 id="choices">{words('records.patient.choices')}</h2>
      {patient.choices.length === 0 ? (
        <p className="text-muted">{words('records.patient.noChoices')}</p>
      ) : (
        <ul className="grid gap-3">
          {patient.choices.map((one) => (
            <li key={one.id} className="border-rule border-t pt-2">
              <p className="font-semibold">{one.purposes.join(', ')}</p>
              <p>{one.whom}</p>
              <p className="text-muted">
                {words(one.isYes ? 'records.patient.yesSince' : 'records.patient.noSince', {
                  date: one.sinceDay,
                })}{' '}
                <Link to={`/staff/requests/${one.requestId}`} className="reach">
                  {one.reference}
                </Link>
              </p>
            </li>
          ))}
        </ul>
      )}
      <p>
        <Link to={`/staff/patients/${patient.id}/allowed`} className="reach">
          {words('records.allowed.link')}
        </Link>
      </p>
    </section>
  );
}

/** Who acts, or acted, for the patient. */
export function Representatives({ patient }: Of) {
  const words = useWords();
  return (
    <section className="stack" aria-labelledby="representatives">
      <h2 id="representatives">{words('records.patient.representatives')}</h2>
      {patient.representations.length === 0 ? (
        <p className="text-muted">{words('records.patient.noRepresentatives')}</p>
      ) : (
        <ul className="grid gap-3">
          {patient.representations.map((one) => (
            <li key={one.id} className="border-rule grid gap-1 border-t pt-2">
              <p>
                <Link to={`/staff/representatives/${one.id}`} className="reach font-semibold">
                  {one.representative}
                </Link>
              </p>
              <p>
                <StatusBadge tone={one.tone}>{one.standingInWords}</StatusBadge>
              </p>
              <p>
                {one.basisInWords} {one.scopeInWords}
              </p>
              {one.until && <p className="text-muted">{one.until}</p>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Flags that shut representatives out, or keep everything. */
export function Flags({ patient, mayManage }: Of & { mayManage: boolean }) {
  const words = useWords();
  return (
    <section className="stack" aria-labelledby="flags">
      <h2 id="flags">{words('records.flag.heading')}</h2>
      {patient.flags.length === 0 ? (
        <p className="text-muted">{words('records.flag.none')}</p>
      ) : (
        <ul className="grid gap-3">
          {patient.flags.map((flag) => (
            <li key={flag.id} className="border-late grid gap-1 border-s-4 ps-3">
              <p className="font-semibold">
                {words(`records.flag.${flag.kind}`, { name: flag.person ?? '' })}
              </p>
              <p>{flag.reason}</p>
              <p className="text-muted">{flag.set}</p>
            </li>
          ))}
        </ul>
      )}
      {mayManage && (
        <p>
          <Link to={`/staff/patients/${patient.id}/flags`} className="reach">
            {words('records.flag.manage')}
          </Link>
        </p>
      )}
    </section>
  );
}

/** Which records were joined with this one, and parted from it. */
export function Merges({ patient, mayManage }: Of & { mayManage: boolean }) {
  const words = useWords();
  return (
    <section className="stack" aria-labelledby="merges">
      <h2 id="merges">{words('records.merge.history')}</h2>
      {patient.merges.length === 0 && <p className="text-muted">{words('records.merge.none')}</p>}
      <ol className="grid gap-3">
        {patient.merges.map((merge) => (
          <li key={merge.id} className="border-rule grid gap-1 border-t pt-2">
            <p className="font-semibold">{merge.what}</p>
            <p className="text-muted flex flex-wrap gap-x-3">
              <time dateTime={merge.at.iso}>{merge.at.words}</time>
              <span>{merge.who}</span>
            </p>
            <p>{merge.reason}</p>
            {merge.parted && <p>{merge.parted}</p>}
            {merge.stands && mayManage && (
              <p>
                <Link to={`/staff/patients/${patient.id}/part?merge=${merge.id}`} className="reach">
                  {words('records.part.link')}
                </Link>
              </p>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Who looked at the record. */
export function Readers({ patient }: Of) {
  const words = useWords();
  return (
    <section className="stack" aria-labelledby="readers">
      <h2 id="readers">{words('records.patient.readers')}</h2>
      {patient.readers.length === 0 && <p className="text-muted">{words('records.patient.noReaders')}</p>}
      <ol className="grid gap-2">
        {patient.readers.map((one) => (
          <li key={one.id} className="border-rule border-t pt-2">
            <p>
              {one.name} <span className="text-muted">{one.role}</span>
            </p>
            <p className="text-note text-muted">
              <time dateTime={one.at.iso}>{one.at.words}</time>
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}
