import { Form } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { TextArea } from '#app/components/field.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { useWords } from '#app/components/words.tsx';
import type { ChoiceView } from './choice-view.server.ts';
import { GoingFiles } from './file-list.tsx';
import { filledKey, ReadyWords } from './ready-words.tsx';
import type { WorkProps } from './work.tsx';

/** A choice that already counts: what it is, and the word to the patient that the facility has seen it. */
export function ConfirmationAnswer({ request, mistakes }: WorkProps) {
  const words = useWords();
  const { answer, choice, moves } = request;
  return (
    <>
      {choice && <Choice choice={choice} />}
      {moves.includes('draftAnswer') && (
        <Form
          method="post"
          noValidate
          className="stack"
          key={`${request.version} ${filledKey(mistakes.typed('note'))}`}
        >
          <input type="hidden" name="version" value={request.version} />
          <TextArea
            name="note"
            optional
            label={words('staff.note.label')}
            hint={words('staff.note.hint')}
            error={mistakes.error('note')}
            defaultValue={mistakes.typed('note') ?? answer?.note ?? ''}
          />
          <ReadyWords templates={request.templates} uses={['granted']} />
          <GoingFiles request={request} />
          <p className="text-muted">{words('staff.confirm.why')}</p>
          <p>
            <Button name="intent" value="confirm">
              {words('staff.confirm.act')}
            </Button>
          </p>
        </Form>
      )}
    </>
  );
}

export function Choice({ choice }: { choice: ChoiceView }) {
  return (
    <>
      <p className="font-semibold">{choice.effect}</p>
      <SummaryList rows={choice.facts} />
    </>
  );
}
