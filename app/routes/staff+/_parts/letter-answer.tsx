import { Form } from '@remix-run/react';
import { AnswerLetter } from '#app/components/answer-letter.tsx';
import { Button } from '#app/components/button.tsx';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { SelectField, TextArea } from '#app/components/field.tsx';
import { Notice } from '#app/components/notice.tsx';
import { useWords } from '#app/components/words.tsx';
import { GoingFiles } from './file-list.tsx';
import type { LetterView } from './letter-view.server.ts';
import { filledKey, ReadyWords } from './ready-words.tsx';
import type { WorkProps } from './work.tsx';

/** A letter on its way: written, looked at as the patient will read it, sent. */
export function LetterAnswer({ request, mistakes, letter }: WorkProps & { letter: LetterView }) {
  const words = useWords();
  const { moves, answer } = request;
  const { preview, gap } = letter;
  return (
    <>
      {answer && preview && (
        <>
          <p>
            {answer.draftedBy
              ? words('desk.letter.draftedBy', { name: answer.draftedBy, at: answer.draftedAt })
              : words('staff.draft.at', { at: answer.draftedAt })}
          </p>
          <section className="stack" aria-labelledby="preview">
            <h3 id="preview">{words('desk.letter.preview', { patient: request.patient })}</h3>
            <AnswerLetter {...preview} headingLevel={4} />
          </section>
          <GoingFiles request={request} />
          {moves.includes('respond') &&
            (gap ? (
              <Notice tone="soon" headingLevel={3} heading={words('desk.letter.notYet')}>
                <p>{gap}</p>
              </Notice>
            ) : (
              <Send request={request} mistakes={mistakes} />
            ))}
        </>
      )}
      {moves.includes('draftAnswer') &&
        (answer ? (
          <details
            className="border-rule border-t pt-4"
            open={letter.mustMend || mistakes.typed('outcome') !== undefined}
          >
            <summary className="min-h-(--target) py-1 font-semibold">{words('desk.letter.change')}</summary>
            <Write request={request} mistakes={mistakes} letter={letter} />
          </details>
        ) : (
          <Write request={request} mistakes={mistakes} letter={letter} />
        ))}
    </>
  );
}

function Send({ request, mistakes }: WorkProps) {
  const words = useWords();
  return (
    <Form method="post" noValidate className="stack" key={`${request.version} ${request.answer?.draft}`}>
      <input type="hidden" name="version" value={request.version} />
      <ChoiceGroup
        type="checkbox"
        name="reviewed"
        legend={words('staff.send.before')}
        error={mistakes.error('reviewed')}
        chosen={mistakes.chosen('reviewed')}
        choices={[{ value: 'reviewed', label: words('desk.letter.read') }]}
      />
      <p className="text-muted">{words('staff.send.final')}</p>
      <p>
        <Button name="intent" value="send">
          {words('staff.send.act')}
        </Button>
      </p>
    </Form>
  );
}

/** What ready-made words a letter can start from. */
const answerUses = ['granted', 'grantedInPart', 'denied', 'nothingToReport'] as const;

function Write({ request, mistakes, letter }: WorkProps & { letter: LetterView }) {
  const words = useWords();
  const { start, outcomes, grounds, elements, bound } = letter;
  const drafted = request.answer !== null;
  return (
    <section className="stack pt-2" aria-labelledby="write">
      <h3 id="write" className={drafted ? 'sr-only' : undefined}>
        {words('desk.letter.write')}
      </h3>
      <Form
        method="post"
        noValidate
        className="stack gap-y-6"
        key={`${request.version} ${filledKey(mistakes.typed('note'))}`}
      >
        <input type="hidden" name="version" value={request.version} />
        <ChoiceGroup
          type="radio"
          name="outcome"
          legend={words('desk.letter.outcome')}
          error={mistakes.error('outcome')}
          chosen={mistakes.typed('outcome') ?? start.outcome ?? undefined}
          choices={outcomes}
        />
        {grounds.length > 0 && (
          <SelectField
            name="ground"
            width="full"
            label={words('desk.letter.ground')}
            hint={words(bound ? 'desk.letter.groundBound' : 'desk.letter.groundHint')}
            error={mistakes.error('ground')}
            defaultValue={mistakes.typed('ground') ?? start.ground ?? ''}
          >
            <option value="">{words('desk.letter.noGround')}</option>
            {grounds.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </SelectField>
        )}
        <TextArea
          name="note"
          rows={12}
          label={words('desk.letter.text')}
          hint={words('desk.letter.textHint')}
          error={mistakes.error('note')}
          defaultValue={mistakes.typed('note') ?? start.text}
        />
        <ReadyWords templates={request.templates} uses={answerUses} />
        <ChoiceGroup
          type="checkbox"
          name="contains"
          legend={words('desk.letter.contains')}
          hint={words('desk.letter.containsHint')}
          error={mistakes.error('contains')}
          chosen={mistakes.chosen('contains') ?? start.contains}
          choices={elements}
        />
        <p>
          <Button name="intent" value="letter" variant={drafted ? 'outline' : 'act'}>
            {words('desk.letter.keep')}
          </Button>
        </p>
      </Form>
    </section>
  );
}
