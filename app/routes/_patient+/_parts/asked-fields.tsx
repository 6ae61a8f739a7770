import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { TextArea, TextField } from '#app/components/field.tsx';
import { useWords } from '#app/components/words.tsx';
import type { useMistakes } from '#app/web/mistakes.ts';
import type { AskedFormView } from '#app/web/present-asked-form.server.ts';

interface Parts {
  view: AskedFormView;
  mistakes: ReturnType<typeof useMistakes>;
}

/** What the form of a kind asks, field by field, with what was typed before. */
export function AskedFields({ view, mistakes }: Parts) {
  const words = useWords();
  const before = (name: string) =>
    mistakes.any ? mistakes.chosen(name) : (view.prefilled ?? view.draft?.fields)?.[name];
  return (
    <div className="stack gap-y-8">
      {view.fields.map(({ name, input, label, hint, required, options = [] }) => {
        const error = mistakes.error(name);
        const common = {
          name,
          label: words(label),
          hint: hint && words(hint),
          error,
          optional: !required,
          autoComplete: 'off',
        };
        if (input === 'words')
          return (
            <TextArea
              key={name}
              {...common}
              rows={required ? 5 : 3}
              dir="auto"
              defaultValue={before(name)?.[0]}
            />
          );
        if (input === 'line' || input === 'date')
          return (
            <TextField
              key={name}
              {...common}
              {...(input === 'date' ? { type: 'date', width: 'date' as const } : { dir: 'auto' })}
              defaultValue={before(name)?.[0]}
            />
          );
        const choices =
          input === 'choice'
            ? options.map(({ value, label: text }) => ({ value, label: words(text) }))
            : [
                { value: 'all', label: words('requests.recall.vendors.all') },
                ...view.vendors.map((vendor) => ({ value: vendor.id, label: vendor.name })),
              ];
        return (
          <ChoiceGroup
            key={name}
            type={input === 'choice' ? 'radio' : 'checkbox'}
            name={name}
            legend={words(label)}
            hint={hint && words(hint)}
            error={error}
            chosen={before(name)}
            choices={choices}
          />
        );
      })}
    </div>
  );
}

/** Files to send along, and those that are kept with the draft already. */
export function AskedFiles({ view, mistakes }: Parts) {
  const words = useWords();
  const kept = view.draft?.files ?? [];
  return (
    <div className="stack gap-y-6">
      <TextField
        name="files"
        type="file"
        multiple
        accept={view.accept}
        optional
        label={words('asking.files')}
        hint={words('asking.files.hint')}
        error={mistakes.error('files')}
      />
      {kept.length > 0 && (
        <ChoiceGroup
          type="checkbox"
          name="without"
          legend={words('asking.files.kept')}
          hint={words('asking.files.keptHint')}
          chosen={mistakes.chosen('without')}
          choices={kept.map(({ id, name, size }) => ({
            value: id,
            label: words('asking.files.without', { name, size }),
          }))}
        />
      )}
    </div>
  );
}
