import { vendorDeeds } from '#app/optouts/vendor-notices/states.ts';
import { ChoiceGroup } from './choice-group.tsx';
import { TextArea, TextField } from './field.tsx';
import { useWords } from './words.tsx';

interface Mistakes {
  error: (field: string) => string | undefined;
  typed: (field: string) => string | undefined;
  chosen: (field: string) => readonly string[] | undefined;
}

/** What a company did with a notice, and since when. */
export function VendorAnswerFields({ mistakes, accept }: { mistakes: Mistakes; accept: string }) {
  const words = useWords();
  return (
    <>
      <ChoiceGroup
        type="checkbox"
        name="deed"
        legend={words('vendorNotices.field.deeds')}
        error={mistakes.error('deed')}
        chosen={mistakes.chosen('deed')}
        choices={vendorDeeds.map((value) => ({ value, label: words(`vendorNotices.deed.${value}`) }))}
      />
      <TextField
        name="since"
        type="date"
        width="date"
        autoComplete="off"
        label={words('vendorNotices.field.since')}
        hint={words('vendorNotices.field.sinceHint')}
        error={mistakes.error('since')}
        defaultValue={mistakes.typed('since')}
      />
      <TextArea
        name="text"
        optional
        label={words('vendorNotices.field.text')}
        hint={words('vendorNotices.field.textHint')}
        error={mistakes.error('text')}
        defaultValue={mistakes.typed('text')}
      />
      <TextField
        name="proof"
        type="file"
        optional
        accept={accept}
        label={words('vendorNotices.field.proof')}
        hint={words('vendorNotices.field.proofHint')}
        error={mistakes.error('proof')}
      />
    </>
  );
}
