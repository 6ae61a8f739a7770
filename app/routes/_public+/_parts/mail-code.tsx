import { Form, Link } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { TextField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import type { useMistakes } from '#app/web/mistakes.ts';

/** The page that asks for a mailed code. It says the same whatever the letter says. */
export function MailCode({
  email,
  back,
  mistakes,
}: {
  email: string;
  back: string;
  mistakes: ReturnType<typeof useMistakes>;
}) {
  const words = useWords();
  return (
    <div className="stack">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader title={words('signUp.code.title')} lead={words('signUp.code.lead', { email })} />
      <Form method="post" noValidate className="stack">
        <TextField
          name="code"
          width="date"
          autoComplete="one-time-code"
          autoCapitalize="characters"
          autoCorrect="off"
          spellCheck={false}
          label={words('signUp.code.label')}
          hint={words('signUp.code.hint')}
          error={mistakes.error('code')}
        />
        <p>
          <Button>{words('signUp.continue')}</Button>
        </p>
      </Form>
      <p className="text-muted">{words('signUp.code.none')}</p>
      <p>
        <Link to={back} className="inline-flex min-h-(--target) items-center">
          {words('signUp.code.again')}
        </Link>
      </p>
    </div>
  );
}
