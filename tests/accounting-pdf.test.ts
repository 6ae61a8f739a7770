import { getDocument, VerbosityLevel } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { describe, expect, it } from 'vitest';
import { accountingPdf } from '#app/disclosures/accounting-pdf.server.ts';
import type { AccountingDocument, AccountingRow } from '#app/disclosures/accounting.ts';
import { locales } from '#app/words/locales.ts';

const research: AccountingRow = {
  disclosureId: '0190a000-0000-7000-8000-000000000001',
  occurredOn: '2026-05-03',
  occurredAt: '2026-05-03T14:00:00.000Z',
  recipient: { name: 'Northwind Research Group', address: '12 Harbor Way, Portland, OR 97201' },
  images: 214,
  modality: 'CT',
  studyOn: '2026-05-01',
  studyUid: '1.2.840.113619.2.55.3.1',
  withoutIdentity: false,
  purpose: 'HRESCH',
  legalBasis: 'irbWaiver',
  exclusionReason: null,
  endpoint: 'NORTHWIND',
  source: 'RIVERBEND_PACS',
  corrected: null,
  repeated: null,
};
const unreported: AccountingRow = {
  ...research,
  timeOfDayKnown: false,
  disclosureId: '0190a000-0000-7000-8000-000000000002',
  occurredOn: '2026-06-09',
  recipient: { name: 'Old Mill Imaging', address: null },
  images: null,
  modality: null,
  studyOn: null,
  purpose: null,
  legalBasis: null,
};
const reading: AccountingRow = {
  ...research,
  timeZoneAssumed: 'America/Chicago',
  disclosureId: '0190a000-0000-7000-8000-000000000003',
  occurredOn: '2026-05-02',
  recipient: { name: 'Lumen AI', address: '400 Market Street, San Francisco, CA 94105' },
  images: 1,
  modality: 'MR',
  withoutIdentity: true,
  purpose: 'MLTRAINING',
  legalBasis: 'operations',
  exclusionReason: 'treatmentPaymentOperations',
};

function accounting(over: Partial<AccountingDocument> = {}): AccountingDocument {
  return {
    format: 2,
    reference: 'PV-7K3M',
    facility: {
      name: 'Riverbend Imaging',
      address: '100 River Road, Riverbend, OR 97000',
      phone: '555-0100',
      email: 'privacy@riverbend.example',
      timeZone: 'America/Los_Angeles',
    },
    patient: {
      name: 'Ana Ruiz Peña',
      bornOn: '1961-02-28',
      identifiers: [{ issuer: 'RIVERBEND', value: 'RB000417' }],
    },
    window: { from: '2021-05-14', to: '2027-05-14' },
    preparedAt: '2027-05-14T16:30:00.000Z',
    preparedOn: '2027-05-14',
    requiredByLaw: [research, unreported],
    alsoShown: [reading],
    research: [],
    struck: [],
    coverage: null,
    notYetMatched: 3,
    anchor: { sequence: '1204', hash: 'a3'.repeat(32), at: '2027-05-14T15:00:00.000Z' },
    ...over,
  };
}

interface StructNode {
  role?: string;
  id?: string;
  children?: StructNode[];
}

/** What a reader of the file gets: text and structure of each page, and what the file says of itself. */
async function read(bytes: Buffer) {
  const loading = getDocument({ data: new Uint8Array(bytes), verbosity: VerbosityLevel.ERRORS });
  const pdf = await loading.promise;
  const pages: { text: string; roles: string[]; read: (role: string) => string[] }[] = [];
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent({ includeMarkedContent: true });
    const byId = new Map<string, string>();
    const open: (string | undefined)[] = [];
    let text = '';
    for (const item of items) {
      if ('str' in item) {
        text += item.str + (item.hasEOL ? ' ' : '');
        const id = open.findLast((one) => one !== undefined);
        if (id) byId.set(id, `${byId.get(id) ?? ''}${item.str}${item.hasEOL ? ' ' : ''}`);
      } else if (item.type === 'endMarkedContent') open.pop();
      else open.push(item.id);
    }
    const tree = ((await page.getStructTree()) ?? {}) as StructNode;
    const nodes = everyNode(tree);
    pages.push({
      text: text.replace(/\s+/g, ' '),
      roles: nodes.flatMap(({ role }) => (role ? [role] : [])),
      read: (role) =>
        nodes
          .filter((node) => node.role === role)
          .map((node) =>
            everyNode(node)
              .map(({ id }) => (id ? (byId.get(id) ?? '') : ''))
              .join(' ')
              .replace(/\s+/g, ' ')
              .trim(),
          ),
    });
  }
  const [mark, { info }] = await Promise.all([pdf.getMarkInfo(), pdf.getMetadata()]);
  await loading.destroy();
  return {
    pages,
    text: pages.map((page) => page.text).join(' '),
    mark,
    info: info as Record<string, unknown>,
  };
}

function everyNode(node: StructNode): StructNode[] {
  return [node, ...(node.children ?? []).flatMap(everyNode)];
}

describe('accountingPdf', () => {
  it('has each element that 45 CFR 164.528(b)(2) asks for, and says what was not reported', async () => {
    const { text } = await read(await accountingPdf(accounting(), { locale: 'en' }));
    for (const expected of [
      'What the law makes us list',
      'May 3, 2026',
      'Northwind Research Group',
      '12 Harbor Way, Portland, OR 97201',
      '214 images',
      'CT scan',
      'For health research',
      '45 CFR 164.512(i)(1)(i)',
      'Old Mill Imaging',
      'Address: we do not know it',
      'Number of images: not reported',
      'Kind of scan: not reported',
      'We do not know what for',
      'We do not know what allowed it.',
    ]) {
      expect(text).toContain(expected);
    }
  });

  it('shows the second layer with why the law leaves it out', async () => {
    const { text } = await read(await accountingPdf(accounting(), { locale: 'en' }));
    expect(text).toContain('The law makes us list 2 of these. We show the other one because you asked');
    const second = text.slice(text.indexOf('Others who received your images'));
    expect(second).toContain('Lumen AI');
    expect(second).toContain('1 image ');
    expect(second).toContain('To train AI');
    expect(second).toContain('It was sent for care, for payment, or to run our clinic.');
    expect(second).toContain('45 CFR 164.528(a)(1)(i)');
    expect(second).toContain('Someone may still be able to tell they are yours.');
  });

  it('says beside a date what its time rests on', async () => {
    const { text } = await read(await accountingPdf(accounting(), { locale: 'en' }));
    const [law, second] = text.split('Others who received your images');
    expect(law).toContain('Only the day is known, not the time.');
    // A narrow column breaks the name after its stroke.
    expect(second).toContain('The report named no time zone. We assumed America/ Chicago.');
    expect(second).not.toContain('Only the day is known');
  });

  it('tells whose it is, what it covers, what waits, how to complain, and the anchor', async () => {
    const { text } = await read(
      await accountingPdf(accounting(), { locale: 'en', note: 'Call us.\nAsk for Sam.' }),
    );
    for (const expected of [
      'Ana Ruiz Peña',
      'February 28, 1961',
      'RB000417 (given by RIVERBEND)',
      'May 14, 2021 to May 14, 2027, both days included',
      'A note from Riverbend Imaging Call us. Ask for Sam.',
      '3 reports from our systems are not matched to any patient yet.',
      'Office for Civil Rights',
      'within 180 days',
      '45 CFR 160.306(b)(3)',
      '1204',
      'Page 1 of ',
    ]) {
      expect(text).toContain(expected);
    }
    expect(text.replaceAll(' ', '')).toContain('a3'.repeat(32));
  });

  it('says what a row stands for, studies on fifty or more, what was taken out, and how far the reports reach', async () => {
    const repeated = {
      ...research,
      repeated: { count: 12, lastOn: '2027-04-03', everyDays: 30, others: [] },
    };
    const corrected = {
      on: '2026-07-01',
      was: { occurredOn: '2026-05-04', recipient: 'Norwind', purpose: 'TREAT', images: 3 },
    };
    const document = accounting({
      requiredByLaw: [repeated, { ...unreported, corrected }],
      research: [
        {
          protocolId: '0190a000-0000-7000-8000-0000000000aa',
          version: 1,
          name: 'Lung nodules in the county',
          description: 'How early cancer can be seen.',
          criteria: 'All chest scans of adults.',
          dataSent: 'CT images and reports.',
          period: { from: '2025-01-01', lastOn: '2026-03-31' },
          sponsor: { name: 'Heron Fund', address: '1 Quay, Portland', phone: '555-0111' },
          researcher: { name: 'Dr. Vega', address: '2 Quay, Portland', phone: '555-0112' },
          known: 0,
        },
      ],
      struck: [corrected],
      coverage: [
        { source: 'PACS', completeFrom: '2024-02-01', gaps: [{ from: '2025-03-01', to: '2025-03-04' }] },
        { source: 'Bridge', completeFrom: null, gaps: [] },
        { source: 'Gate', completeFrom: null, untold: true, gaps: [] },
        { source: 'Hall', completeFrom: '2025-07-01', untold: true, gaps: [] },
      ],
      unnamedGaps: [{ from: '2025-04-01', to: '2025-04-02' }],
      unreadReports: { count: 3, firstOn: '2025-05-01', lastOn: '2026-05-02' },
    });
    const { text } = await read(await accountingPdf(document, { locale: 'en' }));
    for (const expected of [
      'a record of 14 times',
      'Sent 12 times in all. This is the first. The last was on April 3, 2027.',
      'Corrected on July 1, 2026. Before, it said: Norwind, May 4, 2026, To care for you.',
      'Lung nodules in the county',
      'All chest scans of adults.',
      'January 1, 2025 to March 31, 2026.',
      'Heron Fund, 1 Quay, Portland, phone 555-0111',
      'Dr. Vega, 2 Quay, Portland, phone 555-0112',
      'may or may not have been sent for this study',
      'We help you reach the people above.',
      'Taken out on July 1, 2026.',
      'Reports from PACS are complete from February 1, 2024. Gaps: March 1, 2025 to March 4, 2025.',
      'We have no reports from Bridge for this time.',
      'We cannot tell if all reports from Gate for this time came.',
      'Reports from Hall are complete from July 1, 2025. We cannot tell if all of those before that day came. No gaps are known.',
      'from a sender that we cannot tie to a system of ours: April 1, 2025 to April 2, 2025. We cannot tell',
      'At least 3 messages that came in between May 1, 2025 and May 2, 2026 could not be read.',
    ])
      expect(text).toContain(expected);
  });

  it('says so when there is nothing to list', async () => {
    const empty = accounting({ requiredByLaw: [], alsoShown: [], notYetMatched: 0, anchor: null });
    const { text } = await read(await accountingPdf(empty, { locale: 'en' }));
    expect(text).toContain(
      'We have no record of sending your images to anyone outside this clinic from May 14, 2021 to May 14, 2027.',
    );
    expect(text).toContain('We have no record of anything from this time that the law makes us list.');
    expect(text).toContain('We have no record of anyone else outside this clinic');
    expect(text).toContain('No report from our systems is waiting');
    expect(text).toContain('No proof code was kept with this list.');
  });

  it.each(locales)('is tagged, titled and in its language: %s', async (locale) => {
    const { pages, mark, info, text } = await read(await accountingPdf(accounting(), { locale }));
    const title = {
      en: 'List of who received your images – PV-7K3M',
      es: 'Lista de quién recibió sus imágenes – PV-7K3M',
    }[locale];
    expect(mark).toMatchObject({ Marked: true });
    expect(info).toMatchObject({ Language: locale, Title: title });
    expect(text).toContain(
      { en: 'Others who received your images', es: 'Otros que recibieron sus imágenes' }[locale],
    );
    const roles = pages.flatMap((page) => page.roles);
    expect(roles.filter((role) => role === 'H1')).toHaveLength(1);
    expect(roles.filter((role) => role === 'H2').length).toBeGreaterThanOrEqual(5);
    const columnHeads = pages.flatMap((page) => page.read('TH'));
    expect(columnHeads).toContain({ en: 'Who received it', es: 'Quién lo recibió' }[locale]);
    expect(pages.flatMap((page) => page.read('TD'))).toContain(
      { en: 'May 3, 2026', es: '3 de mayo de 2026' }[locale],
    );
  });

  it('breaks 60 rows over pages: each row once and whole, headers on each page but read once', async () => {
    const many = Array.from({ length: 60 }, (_, index) => ({
      ...research,
      recipient: { name: `Recipient number ${index + 1}`, address: research.recipient.address },
    }));
    const { pages } = await read(
      await accountingPdf(accounting({ requiredByLaw: many, alsoShown: [] }), { locale: 'en' }),
    );
    expect(pages.length).toBeGreaterThan(5);
    const withRows = pages.filter((page) => page.text.includes('Recipient number'));
    for (const page of withRows) expect(page.text.match(/Who received it/g)).toHaveLength(1);
    expect(
      pages.flatMap((page) => page.read('TH')).filter((head) => head === 'Who received it'),
    ).toHaveLength(1);
    const recipients = pages.flatMap((page) =>
      page.read('TD').filter((cell) => cell.startsWith('Recipient number')),
    );
    expect(recipients).toEqual(many.map(({ recipient }) => `${recipient.name} ${recipient.address}`));
    pages.forEach((page, index) =>
      expect(page.text).toContain(`PV-7K3M · Page ${index + 1} of ${pages.length}`),
    );
  });

  it('loses nothing of a cell that is taller than a page', async () => {
    const words = Array.from({ length: 900 }, (_, index) => `w${index}`);
    const tall = { ...research, recipient: { name: 'Tall', address: words.join(' ') } };
    const { text } = await read(await accountingPdf(accounting({ requiredByLaw: [tall] }), { locale: 'en' }));
    for (const word of words) expect(text).toContain(word);
  });

  it('prints Central European names, and owns up to letters it cannot print', async () => {
    const patient = accounting().patient;
    const polish = accounting({ patient: { ...patient, name: 'Łukasz Wiśniewski' } });
    const polishText = (await read(await accountingPdf(polish, { locale: 'en' }))).text;
    expect(polishText).toContain('Łukasz Wiśniewski');
    expect(polishText).not.toContain('could not be printed');
    // A letter that is one of ours with more: it stands for itself as far as it can.
    const other = accounting({ patient: { ...patient, name: 'Ngu\u1ec5n\u0325 李' } });
    const otherText = (await read(await accountingPdf(other, { locale: 'en' }))).text;
    expect(otherText).toMatch(/Ngu.n \?/);
    expect(otherText).toContain('Some letters in this list could not be printed.');
  });

  it('is made of the same bytes each time', async () => {
    const [once, again] = await Promise.all([
      accountingPdf(accounting(), { locale: 'es' }),
      accountingPdf(accounting(), { locale: 'es' }),
    ]);
    expect(once.equals(again)).toBe(true);
    const later = await accountingPdf(accounting({ preparedAt: '2027-05-15T16:30:00.000Z' }), {
      locale: 'es',
    });
    expect(later.equals(once)).toBe(false);
  });
});
