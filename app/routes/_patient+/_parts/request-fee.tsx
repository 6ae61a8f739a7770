import { Form } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { TextArea } from '#app/components/field.tsx';
import { ShorterTime } from '#app/components/shorter-time.tsx';
import { useWords } from '#app/components/words.tsx';
import type { useMistakes } from '#app/web/mistakes.ts';
import type { RequestPage } from '#app/web/request-page.server.ts';

const choices = ['goOn', 'change', 'stop'] as const;

/** What the answer would cost, and the choice before it costs anything. */
export function Fee({
  fee,
  answersToo,
  submissionKey,
  mistakes,
}: {
  fee: NonNullable<RequestPage['fee']>;
  answersToo: RequestPage['answersToo'];
  submissionKey: string;
  mistakes: ReturnType<typeof useMistakes>;
}) {
  const words = useWords();
  return (
    <section className="stack gap-y-6" aria-labelledby="fee">
      <div className="stack">
        <h2 id="fee">{words('asking.fee.heading')}</h2>
        <p>
          {words('asking.fee.told', { amount: fee.amount, date: fee.toldOn })}
          {!fee.choice && ` ${words('asking.fee.untilYes')}`}
        </p>
        {fee.ground && <p>{fee.ground}</p>}
        <p dir="auto" className="max-w-measure wrap-anywhere whitespace-pre-line">
          {fee.basis}
        </p>
        {fee.choice && fee.chosenOn && (
          <p>{words(`asking.fee.chosen.${fee.choice}`, { date: fee.chosenOn })}</p>
        )}
      </div>
      {fee.mayChoose && (
        <Form method="post" noValidate className="stack gap-y-6" key={fee.toldAt}>
          <input type="hidden" name="move" value="fee" />
          <input type="hidden" name="toldAt" value={fee.toldAt} />
          <input type="hidden" name="submissionKey" value={submissionKey} />
          <ChoiceGroup
            type="radio"
            name="choice"
            legend={words('asking.fee.question')}
            hint={words('asking.fee.hint')}
            error={mistakes.error('choice')}
            chosen={mistakes.chosen('choice')}
            choices={choices.map((value) => ({ value, label: words(`asking.fee.choice.${value}`) }))}
          />
          {fee.time && (
            <ShorterTime
              time={fee.time}
              legend={words('asking.fee.time')}
              hint={words('asking.fee.timeHint', fee.time.inWords)}
              more={
                answersToo.length > 0 && words('asking.fee.others', { references: answersToo.join(', ') })
              }
              mistakes={mistakes}
            />
          )}
          <TextArea
            name="change"
            dir="auto"
            rows={3}
            autoComplete="off"
            label={words('asking.fee.how')}
            hint={words(fee.time ? 'asking.fee.howElseHint' : 'asking.fee.howHint')}
            error={mistakes.error('change')}
            defaultValue={mistakes.typed('change')}
          />
          <p>
            <Button>{words('asking.fee.send')}</Button>
          </p>
        </Form>
      )}
    </section>
  );
}
