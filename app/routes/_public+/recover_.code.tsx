import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { requireNobody } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { MailCode } from './_parts/mail-code.tsx';
import { codeDoors, loadCodeStep, takeCodeStep } from './_parts/proof-door.server.ts';

export async function loader(args: LoaderFunctionArgs) {
  await requireNobody(args);
  return loadCodeStep(args, codeDoors.recover);
}

export async function action(args: ActionFunctionArgs) {
  await requireNobody(args);
  return takeCodeStep(args, codeDoors.recover);
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'signUp.code.title');

export default function RecoverCode() {
  const { email } = useLoaderData<typeof loader>();
  return <MailCode email={email} back="/recover" mistakes={useMistakes(useActionData<typeof action>())} />;
}
