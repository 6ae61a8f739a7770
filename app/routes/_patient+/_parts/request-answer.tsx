import { AccountingView } from '#app/components/accounting-view.tsx';
import { AnswerLetter } from '#app/components/answer-letter.tsx';
import { ButtonLink } from '#app/components/button.tsx';
import { ListFormats } from '#app/components/list-formats.tsx';
import { useWords } from '#app/components/words.tsx';
import type { AnswerView } from '#app/web/present-request-file.server.ts';
import { Files } from './request-files.tsx';

/** The facility's answer: its letter, or its note and the list, and the same as files. */
export function Answer({
  id,
  answer,
  facilityName,
}: {
  id: string;
  answer: AnswerView;
  facilityName: string;
}) {
  const words = useWords();
  const { note, accounting, letter, files, sentOn } = answer;
  const released = files.length > 0 && <Files id={id} files={files} heading={words('letters.files')} />;
  return (
    <section className="stack gap-y-6" aria-labelledby="answer">
      <div className="stack">
        <h2 id="answer">{words('patient.answer.heading')}</h2>
        <p className="text-muted">
          {words('patient.answer.sentOn', { date: sentOn, facility: facilityName })}
        </p>
        {accounting && (
          <>
            <p>
              <ButtonLink to={`/requests/${id}/answer.pdf`} reloadDocument icon="download">
                {words('patient.answer.download')}
              </ButtonLink>
            </p>
            <ListFormats to={`/requests/${id}/list`} />
          </>
        )}
      </div>
      {letter && <AnswerLetter {...letter}>{released}</AnswerLetter>}
      {!letter && note && (
        <div className="border-act border-s-4 ps-4">
          <h3>{words('disclosures.accounting.note.heading', { facility: facilityName })}</h3>
          <p className="mt-1 whitespace-pre-line">{note}</p>
        </div>
      )}
      {accounting && <AccountingView {...accounting} />}
      {!letter && released}
      {!accounting && !note && !letter && <p>{words('patient.answer.confirmed')}</p>}
    </section>
  );
}
