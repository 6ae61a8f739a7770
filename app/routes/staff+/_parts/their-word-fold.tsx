import { Form } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { TextArea, TextField } from '#app/components/field.tsx';
import { ShorterTime } from '#app/components/shorter-time.tsx';
import { useWords } from '#app/components/words.tsx';
import { Document } from './correspondence.tsx';
import { Fold } from './move-fold.tsx';
import type { WorkProps } from './work.tsx';

const fields = ['said', 'channel', 'saidOn', 'newFrom', 'newTo', 'saidText'] as const;

/** What somebody without an account said on paper, by phone or at the desk, with how and when it came. */
export function TheirWordFold({ request, mistakes }: WorkProps) {
  const words = useWords();
  return (
    <Fold
      title={words('desk.word.enter')}
      open={fields.some((name) => mistakes.error(name) ?? mistakes.typed(name)) || undefined}
    >
      <Form
        method="post"
        encType="multipart/form-data"
        noValidate
        className="stack"
        key={`${request.version}.${request.around.messages.length}`}
      >
        <input type="hidden" name="version" value={request.version} />
        <input type="hidden" name="submissionKey" value={request.around.keys.message} />
        <p>{words('desk.word.why')}</p>
        {request.open && request.answersToo.length > 0 && (
          <p>{words('desk.word.others', { references: request.answersToo.join(', ') })}</p>
        )}
        <ChoiceGroup
          type="radio"
          name="said"
          legend={words('desk.word.said')}
          error={mistakes.error('said')}
          chosen={mistakes.chosen('said')}
          choices={request.theirWords.map((value) => ({ value, label: words(`desk.word.said.${value}`) }))}
        />
        <ChoiceGroup
          type="radio"
          name="channel"
          legend={words('intake.channel')}
          error={mistakes.error('channel')}
          chosen={mistakes.chosen('channel')}
          choices={(['paper', 'phone', 'desk'] as const).map((value) => ({
            value,
            label: words(`staff.channel.${value}`),
          }))}
        />
        <TextField
          name="saidOn"
          type="date"
          width="date"
          autoComplete="off"
          label={words('intake.receivedOn')}
          hint={words('intake.receivedOnHint')}
          error={mistakes.error('saidOn')}
          defaultValue={mistakes.typed('saidOn')}
        />
        {request.shorterTime && request.theirWords.includes('feeChange') && (
          <ShorterTime
            time={request.shorterTime}
            legend={words('desk.word.time')}
            hint={words('desk.word.timeHint', request.shorterTime.inWords)}
            more={
              request.answersToo.length > 0 &&
              words('desk.word.timeOthers', { references: request.answersToo.join(', ') })
            }
            mistakes={mistakes}
          />
        )}
        <TextArea
          name="saidText"
          rows={4}
          label={words('desk.word.text')}
          hint={words(request.shorterTime ? 'desk.word.textElseHint' : 'desk.word.textHint')}
          error={mistakes.error('saidText')}
          defaultValue={mistakes.typed('saidText')}
        />
        <Document id="wordDocument" accept={request.accept} error={mistakes.error('wordDocument')} />
        <p>
          <Button name="intent" value="enterWord" variant="outline">
            {words('desk.word.act')}
          </Button>
        </p>
      </Form>
    </Fold>
  );
}
