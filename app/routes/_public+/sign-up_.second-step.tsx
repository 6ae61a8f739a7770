import {
  data,
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { Button, ButtonLink } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { CodeField } from '#app/components/field.tsx';
import { PasskeyButton } from '#app/components/passkey-button.tsx';
import { useWords } from '#app/components/words.tsx';
import { longestPasskeyAnswer } from '#app/people/passkey-answers.ts';
import type { FactorRefusal, FirstFactor } from '#app/people/first-factor.server.ts';
import { finishSignUp, signUpSoFar, type SignUpSoFar } from '#app/people/sign-up.server.ts';
import { newTotpEnrolment, sameTotpEnrolment } from '#app/people/totp-enrolment.server.ts';
import { orBusy, tooManyTries, waitingHeaders } from '#app/web/busy.server.ts';
import { dropCookie, readCookie, setCookie } from '#app/web/cookies.server.ts';
import { fromOf } from '#app/web/enter.server.ts';
import { readForm } from '#app/web/forms.server.ts';
import { requireNobody } from '#app/web/guard.server.ts';
import { localeOf } from '#app/web/locale.server.ts';
import { useMistakes, type FormMistakes } from '#app/web/mistakes.ts';
import { useSiteFrame } from '#app/web/site.ts';
import { pageTitle } from '#app/web/title.ts';
import { wordsFor, type MessageId } from '#app/words/words.ts';
import { Authenticator } from './_parts/authenticator.tsx';
import { proofCookieOf, startAgain } from './_parts/proof-door.server.ts';

const schema = z.strictObject({
  sealed: z.string().max(1_000).optional(),
  code: z.string().max(20, 'errors.code').optional(),
  sheetCode: z.string().trim().min(1, 'errors.sheetCode').max(60, 'errors.sheetCode').optional(),
  passkey: z.string().max(longestPasskeyAnswer).optional(),
});

/** Patients whom the facility invited may show a code of the sheet that it printed. */
const mayShowSheet = ({ invitation }: SignUpSoFar) =>
  invitation !== null && invitation !== 'spent' && invitation.role === 'patient';

export async function loader(args: LoaderFunctionArgs) {
  await requireNobody(args);
  const { world } = args.context;
  const so = await signUpSoFar(world, await proofCookieOf(args, '/sign-up'));
  if (!so) throw startAgain('/sign-up');
  if (so.invitation === 'spent') throw startAgain('/sign-up', 'invitation');
  if (!so.hasPassword) throw redirect('/sign-up/password');
  const chosen = new URL(args.request.url).searchParams.get('with');
  return {
    enrolment: chosen === 'app' ? newTotpEnrolment(world, { owner: so.id, account: so.email }) : null,
    mayShowSheet: mayShowSheet(so),
    withSheet: chosen === 'sheet' && mayShowSheet(so),
  };
}

export async function action(args: ActionFunctionArgs) {
  await requireNobody(args);
  const { world } = args.context;
  const cookie = await proofCookieOf(args, '/sign-up');
  const so = await signUpSoFar(world, cookie);
  if (!so) return startAgain('/sign-up');
  const form = await readForm(args, { schema, secret: ['sealed', 'code', 'sheetCode', 'passkey'] });
  const sealed = form.ok ? (form.value.sealed ?? '') : '';
  /** The same picture again, so that what was scanned stays right. */
  const enrolment = sameTotpEnrolment(world, sealed, { owner: so.id, account: so.email });
  const back = (mistakes: FormMistakes) => data({ mistakes, enrolment }, { status: 400 });
  if (!form.ok) return back(form.mistakes);

  const locale = await localeOf(args, null);
  const { code, sheetCode, passkey } = form.value;
  const factor: FirstFactor = passkey
    ? {
        kind: 'passkey',
        cookie: (await readCookie(world, args.request, 'passkey')) ?? '',
        response: passkey,
        name: wordsFor(locale)('signUp.second.passkeyName'),
      }
    : sheetCode
      ? { kind: 'sheet', code: sheetCode }
      : { kind: 'totp', sealed, code: code ?? '' };
  const done = await orBusy(finishSignUp(world, { cookie, factor, locale, from: await fromOf(args) }));
  if (!done.ok) {
    if ('wait' in done) {
      const late = tooManyTries(done.wait);
      return data({ ...late.data, enrolment }, late.init ?? {});
    }
    if (done.refusal === 'startAgain') return startAgain('/sign-up');
    if (done.refusal === 'invitation') return startAgain('/sign-up', 'invitation');
    const [field, message] = refusals[done.refusal];
    return back({ errors: { [field]: message }, typed: {} });
  }
  const headers = new Headers();
  headers.append('Set-Cookie', await dropCookie(world, 'proof'));
  headers.append('Set-Cookie', await setCookie(world, 'session', done.sessionId));
  headers.append('Set-Cookie', await setCookie(world, 'device', done.device));
  return redirect('/sign-up/codes', { headers });
}

const refusals: Record<FactorRefusal, [string, MessageId]> = {
  wrongCode: ['code', 'errors.newCodeWrong'],
  expired: ['code', 'errors.enrolmentOver'],
  passkey: ['', 'errors.newPasskey'],
  wrongSheetCode: ['sheetCode', 'errors.sheetCodeWrong'],
};

export const headers = waitingHeaders;

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(
    args,
    args.data?.enrolment
      ? 'signUp.app.title'
      : args.data?.withSheet
        ? 'signUp.sheet.title'
        : 'signUp.second.title',
  );

export default function SignUpSecondStep() {
  const words = useWords();
  const loaded = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const mistakes = useMistakes(answer);
  const enrolment = answer?.enrolment ?? loaded.enrolment;
  if (loaded.withSheet) return <PrintedSheet mistakes={mistakes} />;
  if (!enrolment) return <Choice mistakes={mistakes} mayShowSheet={loaded.mayShowSheet} />;
  return (
    <div className="stack">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader
        title={words('signUp.app.title')}
        back={{ to: '/sign-up/second-step', label: words('signUp.second.title') }}
      />
      <Form method="post" action="/sign-up/second-step?with=app" noValidate className="stack gap-y-6">
        <Authenticator enrolment={enrolment} error={mistakes.error('code')} />
        <p>
          <Button>{words('signUp.app.finish')}</Button>
        </p>
      </Form>
    </div>
  );
}

type Mistakes = ReturnType<typeof useMistakes>;

function Choice({ mistakes, mayShowSheet }: { mistakes: Mistakes; mayShowSheet: boolean }) {
  const words = useWords();
  const phone = useSiteFrame()?.facility.phone ?? '';
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader title={words('signUp.second.title')} lead={words('signUp.second.lead')} />
      </div>
      <section className="stack justify-items-start" aria-labelledby="passkey">
        <h2 id="passkey" className="text-h3">
          {words('signUp.second.passkey')}
        </h2>
        <p>{words('signUp.second.passkeyText')}</p>
        <PasskeyButton
          purpose="signUp"
          action="/sign-up/second-step"
          variant="act"
          label={words('signUp.second.passkeyMake')}
        />
        <p className="text-muted noscript:block hidden">{words('signUp.second.passkeyScript')}</p>
      </section>
      <section className="stack justify-items-start" aria-labelledby="app">
        <h2 id="app" className="text-h3">
          {words('signUp.second.app')}
        </h2>
        <p>{words('signUp.second.appText')}</p>
        <ButtonLink to="/sign-up/second-step?with=app" variant="outline" icon="arrowRight" iconSide="end">
          {words('signUp.second.appUse')}
        </ButtonLink>
      </section>
      <section className="stack justify-items-start" aria-labelledby="paper">
        <h2 id="paper" className="text-h3">
          {words('signUp.second.paper')}
        </h2>
        {mayShowSheet ? (
          <>
            <p>{words('signUp.second.sheetText', { phone })}</p>
            <ButtonLink
              to="/sign-up/second-step?with=sheet"
              variant="outline"
              icon="arrowRight"
              iconSide="end"
            >
              {words('signUp.second.sheetUse')}
            </ButtonLink>
          </>
        ) : (
          <>
            <p>{words('signUp.second.paperText', { phone })}</p>
            <p>
              <Link to="/sign-up" className="inline-flex min-h-(--target) items-center">
                {words('signUp.second.paperStart')}
              </Link>
            </p>
          </>
        )}
      </section>
    </div>
  );
}

/** For somebody without a smartphone: a code of the sheet that was printed for their invitation. */
function PrintedSheet({ mistakes }: { mistakes: Mistakes }) {
  const words = useWords();
  const phone = useSiteFrame()?.facility.phone ?? '';
  return (
    <div className="stack">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader
        title={words('signUp.sheet.title')}
        lead={words('signUp.sheet.lead')}
        back={{ to: '/sign-up/second-step', label: words('signUp.second.title') }}
      />
      <Form method="post" action="/sign-up/second-step?with=sheet" noValidate className="stack gap-y-6">
        <CodeField
          name="sheetCode"
          alsoFromPaper
          label={words('signUp.sheet.code')}
          hint={words('signUp.sheet.codeHint')}
          error={mistakes.error('sheetCode')}
        />
        <p>
          <Button>{words('signUp.app.finish')}</Button>
        </p>
      </Form>
      <p className="text-muted">{words('signUp.sheet.trouble', { phone })}</p>
    </div>
  );
}
