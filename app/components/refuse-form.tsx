import { Form } from '@remix-run/react';
import type { useMistakes } from '#app/web/mistakes.ts';
import { Button } from './button.tsx';
import { TextArea } from './field.tsx';
import { useWords } from './words.tsx';

/** Says no to what two people decide, with a reason that whoever asked may read. @param label of the reason */
export function RefuseForm({ label, mistakes }: { label: string; mistakes: ReturnType<typeof useMistakes> }) {
  const words = useWords();
  return (
    <section className="stack" aria-labelledby="refuse">
      <h2 id="refuse">{words('crew.help.refuseHeading')}</h2>
      <Form method="post" noValidate className="stack">
        <input type="hidden" name="intent" value="refuse" />
        <TextArea
          name="reason"
          rows={2}
          label={label}
          error={mistakes.error('reason')}
          defaultValue={mistakes.typed('reason')}
        />
        <p>
          <Button variant="outline">{words('crew.help.refuse')}</Button>
        </p>
      </Form>
    </section>
  );
}
