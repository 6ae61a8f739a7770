import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { Button } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { TextArea, TextField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Toast } from '#app/components/toast.tsx';
import { VendorAnswerFields } from '#app/components/vendor-answer-fields.tsx';
import { useWords } from '#app/components/words.tsx';
import { acknowledge, noteOpened, takeAnswer } from '#app/optouts/vendor-notices/answers.server.ts';
import { tellsAnEnd } from '#app/optouts/vendor-notices/states.ts';
import { attempt, forget } from '#app/people/limits.server.ts';
import { proofFor } from '#app/optouts/vendor-notices/links.server.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { tooManyTries, waitingHeaders } from '#app/web/busy.server.ts';
import { setCookie } from '#app/web/cookies.server.ts';
import { formMistakes, formOf, oneMistake, readFields } from '#app/web/forms.server.ts';
import { notFound } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { acceptedDocuments, takeDocument } from '#app/web/uploads.server.ts';
import { answerMistake, answerOfFields, vendorAnswerFields } from '#app/web/vendor-answer.server.ts';
import { VendorAsks } from './_parts/vendor-asks.tsx';
import { doorOf, vendorPageView, wasShown } from './_parts/vendor-page.server.ts';

// The page of one notice for one company: whoever follows the link shows the company's code first. Opening it changes nothing.

const openForm = z.strictObject({
  intent: z.literal('open'),
  code: z.string('errors.required').trim().min(1, 'errors.required').max(60, 'errors.tooLong'),
});
/** The number of the notice that the page showed: a page may have been open for long. */
const shown = z.string().max(40, 'errors.tooLong').optional();
const toldForm = z.discriminatedUnion(
  'intent',
  [
    z.strictObject({ intent: z.literal('acknowledge'), shown }),
    z.strictObject({ intent: z.literal('answer'), shown, ...vendorAnswerFields }),
  ],
  'errors.foreignField',
);

export async function loader(args: LoaderFunctionArgs) {
  const door = await doorOf(args);
  return { ...(await vendorPageView(args, door)), accept: acceptedDocuments };
}

export async function action(args: ActionFunctionArgs) {
  const { context, request } = args;
  const { world, address } = context;
  const { token, link, proof, hasCode, isUnlocked } = await doorOf(args);
  const at = `/notices/${token}`;
  // Documents are read from those alone who showed the code.
  if (!hasCode && Number(request.headers.get('content-length') ?? 0) > 16_384) throw notFound();
  const form = await formOf(args);
  if (!form) return oneMistake('', 'errors.formUnreadable');

  if (!hasCode) {
    const read = await readFields(args, form, { schema: openForm, secret: ['code'] });
    if (!read.ok) return formMistakes(read.mistakes);
    const limited = { kind: 'vendorPage', key: link.noticeId, address } as const;
    const tried = await attempt(world, limited);
    if (tried.wait > 0) return tooManyTries(tried.wait);
    const typed = proofFor(token, read.value.code);
    if (link.state === 'over' || proof === null || typed !== proof)
      return oneMistake('code', 'errors.vendorNotice.wrongCode');
    await forget(world, limited);
    await noteOpened(world, link.noticeId, link.teller);
    return redirect(at, { headers: { 'Set-Cookie': await setCookie(world, 'vendorPage', typed) } });
  }

  const taken = await takeDocument(form, 'proof');
  if (!taken.ok) return oneMistake('proof', taken.message);
  const read = await readFields(args, form, { schema: toldForm, lists: ['deed'] });
  if (!read.ok) return formMistakes(read.mistakes);
  const { value } = read;
  // A page may have been open while its link was used, its notice closed, or more was asked: what was written on it is not lost.
  const late = !isUnlocked ? 'linkOver' : (await wasShown(args, link, value.shown)) ? null : 'changed';
  if (late)
    return value.intent === 'answer'
      ? answerMistake(late, value)
      : oneMistake('', `errors.vendorNotice.${late}`, { status: 409 });
  if (value.intent === 'acknowledge') {
    const told = await acknowledge(world, link.noticeId, link.teller);
    return told.ok
      ? redirect(`${at}?done=acknowledged`)
      : oneMistake('', `errors.vendorNotice.${told.refusal === 'gone' ? 'closed' : told.refusal}`, {
          status: 409,
        });
  }
  const answered = await takeAnswer(world, link.noticeId, link.teller, answerOfFields(value, taken.document));
  if (answered.ok) return redirect(`${at}?done=answered`);
  return answerMistake(answered.refusal === 'gone' ? 'closed' : answered.refusal, value);
}

export const headers = waitingHeaders;

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(args, 'vendorNotices.page.title', { values: { facility: args.data?.facility.name ?? '' } });

export default function VendorPage() {
  const words = useWords();
  const { facility, vendor, state, notice, done, accept } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  if (state === 'over')
    return (
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        {done === 'answered' && !mistakes.any && <Toast message={words('vendorNotices.page.thanks')} />}
        <PageHeader
          title={words('vendorNotices.page.over')}
          lead={words('vendorNotices.page.overLead', { facility: facility.name, phone: facility.phone })}
        />
        {mistakes.typed('text') && (
          <TextArea
            name="text"
            readOnly
            label={words('vendorNotices.page.notTaken')}
            hint={words('vendorNotices.page.notTakenHint')}
            defaultValue={mistakes.typed('text')}
          />
        )}
      </div>
    );
  if (!notice)
    return (
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader
          title={words('vendorNotices.page.title', { facility: facility.name })}
          lead={words('vendorNotices.page.lockedLead', { vendor })}
        />
        <Form method="post" noValidate className="stack gap-y-6">
          <TextField
            name="code"
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            label={words('vendorNotices.page.code')}
            hint={words('vendorNotices.page.codeHint', { phone: facility.phone })}
            error={mistakes.error('code')}
          />
          <p>
            <Button name="intent" value="open">
              {words('vendorNotices.page.open')}
            </Button>
          </p>
        </Form>
      </div>
    );
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <Toast
          message={done === 'acknowledged' && !mistakes.any ? words('vendorNotices.page.acknowledged') : null}
        />
        <PageHeader title={words('vendorNotices.page.title', { facility: facility.name })} lead={vendor} />
        <VendorAsks notice={notice} />
        {!notice.acknowledged && (
          <Form method="post" className="stack">
            <input type="hidden" name="shown" value={notice.reference} />
            <p>{words('vendorNotices.page.acknowledgeLead')}</p>
            <p>
              <Button name="intent" value="acknowledge">
                {words('vendorNotices.page.acknowledge')}
              </Button>
            </p>
          </Form>
        )}
      </div>
      {!tellsAnEnd(notice.kind) && (
        <section className="stack" aria-labelledby="answer">
          <h2 id="answer">{words('vendorNotices.page.answer')}</h2>
          <p>{words('vendorNotices.page.answerLead')}</p>
          <Form method="post" encType="multipart/form-data" noValidate className="stack gap-y-6">
            <input type="hidden" name="shown" value={notice.reference} />
            <VendorAnswerFields mistakes={mistakes} accept={accept} />
            <p>
              <Button name="intent" value="answer" variant={notice.acknowledged ? undefined : 'outline'}>
                {words('vendorNotices.page.send')}
              </Button>
            </p>
          </Form>
        </section>
      )}
    </div>
  );
}
