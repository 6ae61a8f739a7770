import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { ButtonLink } from '#app/components/button.tsx';
import { DataTable } from '#app/components/data-table.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { totpCode } from '#app/people/totp.ts';
import { notFound } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';
import type { MessageId } from '#app/words/words.ts';
import { cast, demoApiKey, facility, patients } from '#prisma/seed/cast.ts';
import { Command } from './_parts/command.tsx';

const secondsAStep = 30;
/** The sign-in takes the code of the step before, too. */
const secondsAfter = 30;

export function loader({ context: { world } }: LoaderFunctionArgs) {
  if (!world.demo) throw notFound();
  const now = world.clock();
  const auth = `-H 'Authorization: Bearer ${demoApiKey}'`;
  const question = JSON.stringify({
    purpose: 'MLTRAINING',
    recipient: 'umbra',
    items: [{ patientId: patients[0]?.mrn, issuer: facility.issuer }],
  });
  const stamp = `sed "s/EventDateTime=\\"[^\\"]*\\"/EventDateTime=\\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\\"/"`;
  return {
    secondsLeft: secondsAStep - (Math.floor(now.getTime() / 1000) % secondsAStep) + secondsAfter,
    accounts: cast.map(({ role, email, displayName, password, totpSecret }) => ({
      role,
      email,
      displayName,
      password,
      code: totpCode(totpSecret, now),
    })),
    apiKey: demoApiKey,
    check: [
      `curl -s ${world.appOrigin}/api/v1/checks \\`,
      `  ${auth} \\`,
      `  -H 'Content-Type: application/json' \\`,
      `  -d '${question}'`,
    ].join('\n'),
    report: [
      `${stamp} \\`,
      `  prisma/seed/audit-messages/20-research-under-waiver.xml |`,
      `curl -s ${world.appOrigin}/api/v1/disclosures/dicom-audit \\`,
      `  ${auth} \\`,
      `  -H 'Content-Type: application/xml' \\`,
      `  --data-binary @-`,
    ].join('\n'),
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'patient.demo.title');

const story: { text: MessageId; links: { to: string; text: MessageId }[] }[] = [
  {
    text: 'patient.demo.step.look',
    links: [
      { to: '/sign-in', text: 'people.signIn.title' },
      { to: '/disclosures', text: 'site.nav.disclosures' },
    ],
  },
  { text: 'patient.demo.step.ask', links: [] },
  { text: 'patient.demo.step.no', links: [{ to: '/opt-outs/new', text: 'optOuts.new.link' }] },
  { text: 'patient.demo.step.askAgain', links: [{ to: '/opt-outs', text: 'site.nav.optOuts' }] },
  { text: 'patient.demo.step.report', links: [{ to: '/disclosures', text: 'site.nav.disclosures' }] },
  { text: 'patient.demo.step.list', links: [{ to: '/requests/new/accounting', text: 'site.start.list' }] },
  { text: 'patient.demo.step.staff', links: [{ to: '/staff', text: 'site.nav.staff' }] },
  {
    text: 'patient.demo.step.mail',
    links: [
      { to: '/demo/outbox', text: 'patient.outbox.title' },
      { to: '/requests', text: 'site.nav.requests' },
    ],
  },
  { text: 'patient.demo.step.officer', links: [{ to: '/officer', text: 'site.nav.officer' }] },
];

const roles = {
  patient: 'patient.demo.role.patient',
  staff: 'patient.demo.role.staff',
  privacyOfficer: 'patient.demo.role.privacyOfficer',
  auditor: 'patient.demo.role.auditor',
} as const satisfies Record<string, MessageId>;

export default function Demo() {
  const words = useWords();
  const { check, report, apiKey } = useLoaderData<typeof loader>();
  return (
    <div className="sections">
      <PageHeader title={words('patient.demo.title')} lead={words('patient.demo.lead')} />
      <Accounts />
      <section className="stack" aria-labelledby="story">
        <h2 id="story">{words('patient.demo.story')}</h2>
        <ol className="grid list-decimal gap-4 ps-6">
          {story.map(({ text, links }) => (
            <li key={text}>
              {words(text)}
              {links.map((link) => (
                <Link key={link.to} to={link.to} className="me-4 flex w-fit min-h-(--target) items-center">
                  {words(link.text)}
                </Link>
              ))}
            </li>
          ))}
        </ol>
      </section>
      <section className="stack" aria-labelledby="machines">
        <h2 id="machines">{words('patient.demo.machines')}</h2>
        <p>{words('patient.demo.key')}</p>
        <Command label={words('patient.demo.keyLabel')}>{apiKey}</Command>
        <h3>{words('patient.demo.check')}</h3>
        <p>{words('patient.demo.checkText')}</p>
        <Command label={words('patient.demo.check')}>{check}</Command>
        <h3>{words('patient.demo.report')}</h3>
        <p>{words('patient.demo.reportText')}</p>
        <Command label={words('patient.demo.report')}>{report}</Command>
      </section>
      <section className="stack" aria-labelledby="mail">
        <h2 id="mail">{words('patient.outbox.title')}</h2>
        <p>{words('patient.outbox.lead')}</p>
        <p>
          <Link to="/demo/outbox" className="reach">
            {words('patient.demo.openOutbox')}
          </Link>
        </p>
      </section>
    </div>
  );
}

function Accounts() {
  const words = useWords();
  const { accounts, secondsLeft } = useLoaderData<typeof loader>();
  return (
    <section className="stack" aria-labelledby="accounts">
      <h2 id="accounts">{words('patient.demo.accounts')}</h2>
      <p>{words('patient.demo.codesOnce')}</p>
      <p className="font-semibold">{words('patient.demo.secondsLeft', { seconds: secondsLeft })}</p>
      <p>
        <ButtonLink to="/demo" reloadDocument variant="outline">
          {words('patient.demo.newCodes')}
        </ButtonLink>
      </p>
      <DataTable
        caption={words('patient.demo.accounts')}
        captionHidden
        rows={accounts}
        rowKey={(account) => account.email}
        columns={[
          {
            key: 'who',
            header: words('patient.demo.who'),
            rowHeader: true,
            cell: (account) => (
              <>
                {account.displayName}
                <span className="text-muted block font-normal">{words(roles[account.role])}</span>
              </>
            ),
          },
          {
            key: 'signIn',
            header: words('patient.demo.emailAndPassword'),
            cell: (account) => (
              <>
                <code className="block break-all">{account.email}</code>
                <code className="block break-all">{account.password}</code>
              </>
            ),
          },
          {
            key: 'code',
            header: words('patient.demo.code'),
            cell: (account) => <code className="text-h3 font-semibold">{account.code}</code>,
          },
        ]}
      />
    </section>
  );
}
