import { Form, Link } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { TextArea } from '#app/components/field.tsx';
import { Notice } from '#app/components/notice.tsx';
import { useWords } from '#app/components/words.tsx';
import type { useMistakes } from '#app/web/mistakes.ts';
import { AccountingAnswer } from './accounting-answer.tsx';
import { ConfirmationAnswer } from './confirmation-answer.tsx';
import { LetterAnswer } from './letter-answer.tsx';
import type { RequestView } from './request-view.server.ts';
import { SentAnswer } from './sent-answer.tsx';

export interface WorkProps {
  request: RequestView;
  mistakes: ReturnType<typeof useMistakes>;
}

/** What there is to do on a request: its next lawful move, or what became of it. */
export function Work(props: WorkProps) {
  const words = useWords();
  const { request, mistakes } = props;
  const { moves } = request;
  // What was typed into a form that is not there any more stays on the page.
  const gone: [field: string, form: boolean][] = [
    ['note', moves.includes('draftAnswer') || (moves.includes('respond') && request.shape !== 'letter')],
    ['extendReason', request.extension.not === null],
    ['duplicateReason', moves.includes('markDuplicate')],
    ['unproved', moves.includes('refuseIdentity')],
    ['undoReason', moves.includes('undoDuplicate')],
    ['statement', request.mayDisagree],
    ['goOnReason', moves.includes('goOn')],
    ['correctReason', moves.includes('correctReceived')],
  ];
  const lost = gone.flatMap(([name, form]): [string, string][] => {
    const text = mistakes.typed(name);
    return form || !text ? [] : [[name, text]];
  });
  return (
    <section className="stack content-start" aria-labelledby="work">
      <h2 id="work">{words(request.turn === 'ours' ? 'staff.request.work' : 'staff.request.outcome')}</h2>
      {request.turn === 'ours' && !request.mayAct && <p>{words('staff.request.readOnly')}</p>}
      {request.turn === 'patient' && <p>{words('staff.request.waiting')}</p>}
      {request.withdrawn && <p>{words('staff.request.withdrawn')}</p>}
      {request.duplicateOf && (
        <p>
          {words('desk.sameAs', { other: request.duplicateOf.stands })}{' '}
          <Link to={`/staff/requests/${request.duplicateOf.id}`} className="reach">
            {request.duplicateOf.reference}
          </Link>
        </p>
      )}
      {request.disagreements.length > 0 && (
        <Notice tone="soon" headingLevel={3} heading={words('desk.goesAlong')}>
          <p>{words('desk.goesAlongWhy')}</p>
          <ul>
            {request.disagreements.map(({ id, reference }) => (
              <li key={id}>
                <Link to={`/staff/requests/${id}#messages`} className="reach">
                  {reference}
                </Link>
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {request.answer?.sentAt ? (
        <SentAnswer request={request} />
      ) : request.shape === 'accounting' ? (
        <AccountingAnswer {...props} />
      ) : request.letter ? (
        <LetterAnswer {...props} letter={request.letter} />
      ) : (
        <ConfirmationAnswer {...props} />
      )}
      {moves.includes('acknowledge') && <Acknowledge version={request.version} />}
      {lost.map(([name, text]) => (
        <TextArea
          key={name}
          name={name}
          id={`kept-${name}`}
          label={words('staff.note.typed')}
          hint={words('staff.note.typedWhy')}
          defaultValue={text}
          readOnly
        />
      ))}
    </section>
  );
}

/** Tells the patient that the request arrived, without an answer yet. */
function Acknowledge({ version }: { version: number }) {
  const words = useWords();
  return (
    <Form method="post" noValidate className="border-rule grid gap-2 border-t pt-4">
      <input type="hidden" name="version" value={version} />
      <p className="text-muted">{words('staff.acknowledge.why')}</p>
      <p>
        <Button name="intent" value="acknowledge" variant="outline">
          {words('staff.acknowledge.act')}
        </Button>
      </p>
    </Form>
  );
}
