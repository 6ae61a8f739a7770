import { AccountingView, type AccountingViewProps } from '#app/components/accounting-view.tsx';
import { ButtonLink } from '#app/components/button.tsx';
import { useWords } from '#app/components/words.tsx';

export interface SentAnswer {
  sentOn: string;
  /** In the facility's own words. */
  note: string | null;
  accounting: AccountingViewProps | null;
}

/** The facility's answer: its note, the list, and the same list as a file. */
export function Answer({
  id,
  answer,
  facilityName,
}: {
  id: string;
  answer: SentAnswer;
  facilityName: string;
}) {
  const words = useWords();
  const { note, accounting, sentOn } = answer;
  return (
    <section className="stack gap-y-6" aria-labelledby="answer">
      <div className="stack">
        <h2 id="answer">{words('patient.answer.heading')}</h2>
        <p className="text-muted">
          {words('patient.answer.sentOn', { date: sentOn, facility: facilityName })}
        </p>
        {accounting && (
          <p>
            <ButtonLink to={`/requests/${id}/answer.pdf`} reloadDocument icon="download">
              {words('patient.answer.download')}
            </ButtonLink>
          </p>
        )}
      </div>
      {note && (
        <div className="border-act border-s-4 ps-4">
          <h3>{words('disclosures.accounting.note.heading', { facility: facilityName })}</h3>
          <p className="mt-1 whitespace-pre-line">{note}</p>
        </div>
      )}
      {accounting && <AccountingView {...accounting} />}
      {!accounting && !note && <p>{words('patient.answer.confirmed')}</p>}
    </section>
  );
}
