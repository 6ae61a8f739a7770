import { SelectField, TextArea, TextField } from '#app/components/field.tsx';
import { DataTable } from '#app/components/data-table.tsx';
import { useWords } from '#app/components/words.tsx';
import { answersOf, shapeOf, type LabelFieldId } from '#app/vendors/label-fields.ts';
import { labelAsserters } from '#app/vendors/label.ts';
import type { useMistakes } from '#app/web/mistakes.ts';
import type { MessageId } from '#app/words/words.ts';
import { labelInputs, type LabelInput } from './label-form.ts';
import type { LabelChange } from './label-view.server.ts';

interface AnswerFieldsProps {
  field: LabelFieldId;
  set: Record<LabelInput, string>;
  mistakes: ReturnType<typeof useMistakes>;
}

/** One answer of a label: what it is, who says so, and until when. */
export function AnswerFields({ field, set, mistakes }: AnswerFieldsProps) {
  const words = useWords();
  const input = (end: LabelInput) => ({
    name: `${field}${end}`,
    error: mistakes.error(`${field}${end}`),
    defaultValue: mistakes.typed(`${field}${end}`) ?? set[end],
    autoComplete: 'off',
  });
  const folded = labelInputs.slice(2);
  const isOpen =
    folded.some((end) => mistakes.error(`${field}${end}`) !== undefined) || set.Answer !== 'notAnswered';
  return (
    <fieldset className="border-rule grid gap-4 border-t pt-4">
      <legend className="text-h3 float-start w-full pb-2 font-bold">{words(`labels.field.${field}`)}</legend>
      <SelectField {...input('Answer')} label={words('labels.input.answer')}>
        {answersOf(field).map((answer) => (
          <option key={answer} value={answer}>
            {words(wordOf(field, answer))}
          </option>
        ))}
      </SelectField>
      <TextArea
        {...input('Plain')}
        rows={2}
        label={words('labels.input.plain')}
        hint={words('labels.input.plainHint')}
      />
      <details open={isOpen || undefined}>
        <summary className="text-link reach w-fit underline underline-offset-[0.17em]">
          {words('labels.input.more')}
        </summary>
        <div className="mt-3 grid gap-4">
          <TextArea {...input('PlainEs')} rows={2} lang="es" label={words('labels.input.plainEs')} />
          <TextArea {...input('Value')} rows={3} label={words('labels.input.value')} />
          <div className="flex flex-wrap gap-4">
            <SelectField {...input('By')} width="date" label={words('labels.input.assertedBy')}>
              {labelAsserters.map((by) => (
                <option key={by} value={by}>
                  {words(`labels.by.${by}`)}
                </option>
              ))}
            </SelectField>
            <TextField {...input('AsOf')} type="date" width="date" label={words('labels.input.asOf')} />
            <TextField
              {...input('Until')}
              type="date"
              width="date"
              label={words('labels.input.validUntil')}
            />
          </div>
          <TextField
            {...input('Evidence')}
            type="url"
            width="full"
            label={words('labels.input.evidenceUrl')}
          />
        </div>
      </details>
    </fieldset>
  );
}

/** The word of an answer that can be chosen. */
function wordOf(field: LabelFieldId, answer: string): MessageId {
  const { type } = shapeOf(field);
  if (answer === 'notApplicable' || answer === 'notAnswered') return `site.answer.${answer}`;
  if (type === 'text') return answer === 'yes' ? 'labels.answer.answered' : 'site.answer.partly';
  if (type === 'yesNo') return `site.answer.${answer}` as MessageId;
  return `labels.say.${field}.${answer}` as MessageId;
}

/** What changed from one version to the next, answer by answer. */
export function LabelChanges({ changes, caption }: { changes: readonly LabelChange[]; caption: string }) {
  const words = useWords();
  const said = (lines: readonly string[]) => (
    <ul className="grid gap-1">
      {lines.map((line, index) => (
        <li key={line} className={index === 0 ? 'wrap-anywhere' : 'text-note text-muted wrap-anywhere'}>
          {line}
        </li>
      ))}
    </ul>
  );
  return (
    <DataTable
      caption={caption}
      captionHidden
      rows={changes}
      rowKey={({ field }) => field}
      columns={[
        {
          key: 'question',
          header: words('labels.history.question'),
          rowHeader: true,
          cell: ({ question }) => question,
        },
        { key: 'before', header: words('labels.history.before'), cell: ({ before }) => said(before) },
        { key: 'after', header: words('labels.history.after'), cell: ({ after }) => said(after) },
      ]}
    />
  );
}
