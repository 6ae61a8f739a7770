import { AccountingView } from '#app/components/accounting-view.tsx';
import { AnswerLetter } from '#app/components/answer-letter.tsx';
import { ButtonLink } from '#app/components/button.tsx';
import { ListFormats } from '#app/components/list-formats.tsx';
import { useWords } from '#app/components/words.tsx';
import { Choice } from './confirmation-answer.tsx';
import type { RequestView } from './request-view.server.ts';

/** An answer as it was sent. */
export function SentAnswer({
  request: { id, answer, choice, letter, sentLetter },
}: {
  request: RequestView;
}) {
  const words = useWords();
  if (!answer?.sentAt) return null;
  const sent = sentLetter ?? letter?.preview;
  return (
    <>
      <p>{words('staff.sent.at', { at: answer.sentAt })}</p>
      {choice && <Choice choice={choice} />}
      {sent ? <AnswerLetter {...sent} /> : <SentNote note={answer.note} />}
      <p>
        <ButtonLink to={`/staff/requests/${id}/answer.pdf`} variant="outline" icon="download" reloadDocument>
          {words(answer.accounting ? 'staff.pdf.open' : 'staff.pdf.letter')}
        </ButtonLink>
      </p>
      {answer.accounting && (
        <>
          <ListFormats to={`/staff/requests/${id}/list`} />
          <AccountingView {...answer.accounting} />
        </>
      )}
    </>
  );
}

function SentNote({ note }: { note: string | null }) {
  const words = useWords();
  if (note === null) return <p className="text-muted">{words('staff.note.none')}</p>;
  return (
    <div>
      <h3>{words('staff.note.label')}</h3>
      <p className="max-w-measure mt-1 whitespace-pre-line">{note}</p>
    </div>
  );
}
