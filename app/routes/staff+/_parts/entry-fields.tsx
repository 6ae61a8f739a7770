import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { SelectField, TextArea, TextField } from '#app/components/field.tsx';
import { useWords } from '#app/components/words.tsx';
import { entryMedia } from '#app/disclosures/ingest/staff-entry/media.ts';
import type { useMistakes } from '#app/web/mistakes.ts';
import type { EntryChoices } from './entry-form.server.ts';

/** The ids that the form's error summary leads to. */
export const entryFieldIds = { medium: 'medium-paper', deidentified: 'deidentified-yes' };

/**
 * The fields of a release by hand. @param standing what stands before anything is typed, by field name. @param classified how the row that
 * is corrected is classified now
 */
export function EntryFields({
  choices,
  mistakes,
  standing = {},
  classified,
}: {
  choices: EntryChoices;
  mistakes: ReturnType<typeof useMistakes>;
  standing?: Record<string, string>;
  classified?: string;
}) {
  const words = useWords();
  const typed = (name: string) => (mistakes.any ? mistakes.typed(name) : standing[name]);
  const field = (name: string) => ({
    name,
    error: mistakes.error(name),
    defaultValue: typed(name),
    autoComplete: 'off',
  });
  const select = (name: string, none: string, options: EntryChoices['vendors']) => ({
    name,
    error: mistakes.error(name),
    defaultValue: typed(name) ?? '',
    children: [
      <option key="" value="">
        {none}
      </option>,
      ...options.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      )),
    ],
  });
  const { today } = choices;
  const kept = typed('modality');
  // What a report named and has no words here stays as it is.
  const modalities =
    kept && !choices.modalities.some(({ value }) => value === kept)
      ? [...choices.modalities, { value: kept, label: kept }]
      : choices.modalities;
  return (
    <>
      <input type="hidden" name="submissionKey" value={choices.submissionKey} />
      <SelectField
        {...select('vendor', '', choices.vendors)}
        label={words('entries.form.vendor')}
        hint={words('entries.form.vendorHint')}
      />
      <TextField
        {...field('receiver')}
        label={words('entries.form.receiver')}
        hint={words('entries.form.receiverHint')}
      />
      <ChoiceGroup
        type="radio"
        name="medium"
        id={entryFieldIds.medium}
        legend={words('entries.form.medium')}
        error={mistakes.error('medium')}
        chosen={typed('medium')}
        choices={entryMedia.map((value) => ({ value, label: words(`entries.medium.${value}`) }))}
      />
      <div className="flex flex-wrap gap-x-6 gap-y-4">
        <TextField
          {...field('sentOn')}
          type="date"
          width="date"
          max={today}
          label={words('entries.form.sentOn')}
        />
        <TextField
          {...field('sentTime')}
          type="time"
          width="code"
          optional
          label={words('entries.form.sentTime')}
        />
      </div>
      <SelectField
        {...select('modality', words('entries.form.noModality'), modalities)}
        label={words('entries.form.modality')}
      />
      <div className="flex flex-wrap gap-x-6 gap-y-4">
        <TextField
          {...field('images')}
          width="code"
          inputMode="numeric"
          optional
          label={words('entries.form.images')}
        />
        <TextField
          {...field('studyOn')}
          type="date"
          width="date"
          max={today}
          optional
          label={words('entries.form.studyOn')}
        />
      </div>
      <TextField {...field('description')} optional label={words('entries.form.description')} />
      <TextField {...field('accession')} optional width="date" label={words('entries.form.accession')} />
      <TextField {...field('studyUid')} optional spellCheck={false} label={words('entries.form.studyUid')} />
      <ChoiceGroup
        type="checkbox"
        name="deidentified"
        id={entryFieldIds.deidentified}
        legend={words('entries.form.deidentified')}
        error={mistakes.error('deidentified')}
        chosen={typed('deidentified')}
        choices={[{ value: 'yes', label: words('entries.form.deidentifiedYes') }]}
      />
      <SelectField
        {...select('purpose', words('entries.form.notStated'), choices.purposes)}
        label={words('entries.form.purpose')}
      />
      <SelectField
        {...select('basis', words('entries.form.byRule'), choices.bases)}
        label={words('entries.form.basis')}
        hint={
          classified
            ? words('entries.correct.basisHint', { now: classified })
            : words('entries.form.basisHint')
        }
      />
      <TextField
        name="documents"
        type="file"
        multiple
        optional
        accept={choices.accept}
        label={words('entries.form.documents')}
        hint={words('entries.form.documentsHint')}
        error={mistakes.error('documents')}
      />
      <TextArea
        {...field('note')}
        optional
        rows={3}
        label={words('entries.form.note')}
        hint={words('entries.form.noteHint')}
      />
    </>
  );
}
