import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { ButtonLink } from '#app/components/button.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { requireNobody } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';

export async function loader(args: LoaderFunctionArgs) {
  await requireNobody(args);
  return null;
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'signUp.recover.doneTitle');

export default function RecoverDone() {
  const words = useWords();
  return (
    <PageHeader
      title={words('signUp.recover.doneTitle')}
      lead={words('signUp.recover.doneLead')}
      action={
        <ButtonLink to="/sign-in" icon="arrowRight" iconSide="end">
          {words('people.signIn.title')}
        </ButtonLink>
      }
    />
  );
}
