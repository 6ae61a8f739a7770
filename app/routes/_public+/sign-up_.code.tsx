import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { askedAddress, tryProof } from '#app/people/mail-proofs.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { requireNobody } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { MailCode } from './_parts/mail-code.tsx';
import { proofCookieOf, startAgain } from './_parts/proof-door.server.ts';
import { mailCodeForm } from './_parts/proof-forms.ts';

export async function loader(args: LoaderFunctionArgs) {
  await requireNobody(args);
  const cookie = await proofCookieOf(args, '/sign-up');
  const email = await askedAddress(args.context.world, cookie, 'signUp');
  if (!email) throw startAgain('/sign-up');
  return { email };
}

export async function action(args: ActionFunctionArgs) {
  await requireNobody(args);
  const { world, address } = args.context;
  const cookie = await proofCookieOf(args, '/sign-up');
  const form = await readForm(args.request, { schema: mailCodeForm, secret: ['code'] });
  if (!form.ok) return formMistakes(form.mistakes);
  const tried = await tryProof(world, { cookie, purpose: 'signUp', typed: form.value.code, address });
  if (tried === 'wrong') return oneMistake('code', 'errors.wrongMailCode');
  return tried === 'startAgain' ? startAgain('/sign-up') : redirect('/sign-up/password');
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'signUp.code.title');

export default function SignUpCode() {
  const { email } = useLoaderData<typeof loader>();
  return <MailCode email={email} back="/sign-up" mistakes={useMistakes(useActionData<typeof action>())} />;
}
