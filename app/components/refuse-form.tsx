import { Form } from '@remix-run/react';
import { Button } from './button.tsx';
import { TextArea, type TextAreaProps } from './field.tsx';
import { useWords } from './words.tsx';

/** Says no to what two people decide, with a reason that whoever asked may read. @param reason its field */
export function RefuseForm({ reason }: { reason: Pick<TextAreaProps, 'label' | 'error' | 'defaultValue'> }) {
  const words = useWords();
  return (
    <section className="stack" aria-labelledby="refuse">
      <h2 id="refuse">{words('crew.help.refuseHeading')}</h2>
      <Form method="post" noValidate className="stack">
        <input type="hidden" name="intent" value="refuse" />
        <TextArea name="reason" rows={2} {...reason} />
        <p>
          <Button variant="outline">{words('crew.help.refuse')}</Button>
        </p>
      </Form>
    </section>
  );
}
