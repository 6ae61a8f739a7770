import type { EvidenceFormat, Item } from '../delivery.ts';
import { trimXml } from '../dicom-audit/deceiving-text.ts';
import type { ActiveParticipant, AuditMessage } from '../dicom-audit/message.ts';
import { isLongerThan } from '../dicom-audit/long-values.ts';
import { judgeMessage, type ReadOptions } from '../dicom-audit/read.ts';
import type { HeldReason, Reading } from '../dicom-audit/reading.ts';
import type { Refusal } from '../dicom-audit/refusal.ts';
import { plainManner, type FileManner } from './columns.ts';
import { cellsOf, readHeader, type CsvHeader } from './header.ts';
import { csvLimits, type CsvColumn } from './limits.ts';
import { CsvSplitter, type CsvRecord } from './split.ts';

const format: EvidenceFormat = 'csv';

/** One line. Its evidence is the line under the first line of its file, so that it can be read by itself later. */
export function lineItem(header: CsvHeader, record: CsvRecord, source: string | null = null): Item {
  const bytes = new Uint8Array(header.bytes.length + 2 + record.bytes.length);
  bytes.set(header.bytes);
  bytes.set([0x0d, 0x0a], header.bytes.length);
  bytes.set(record.bytes, header.bytes.length + 2);
  return { bytes, format, read: (options) => readLine(header, record, { ...options, source }) };
}

/** A kept line, to be read again as its file was. */
export function keptLineItem(bytes: Uint8Array, { source, uses }: FileManner = plainManner): Item {
  const splitter = new CsvSplitter();
  const [first, line] = [...splitter.push(bytes), ...splitter.end()];
  const read = readHeader(first, uses);
  if (!read.ok) return refusedItem(bytes, read.refusal);
  return { bytes, format, read: (options) => readLine(read.header, line ?? nothing, { ...options, source }) };
}

const nothing: CsvRecord = { bytes: new Uint8Array(0), trouble: null, end: null };

/** What could not be read as a file of lines at all; kept for staff. */
export function refusedItem(bytes: Uint8Array, refusal: Refusal): Item {
  return { bytes, format, read: () => ({ outcome: 'rejected', ...refusal }) };
}

function readLine(
  header: CsvHeader,
  record: CsvRecord,
  { source, ...options }: ReadOptions & { source: string | null },
): Reading {
  const read = cellsOf(record);
  if (!read.ok) return { outcome: 'rejected', ...read.refusal };
  const { cells } = read;
  if (cells.length !== header.columns.length) {
    const detail = `The line has ${cells.length} columns, the first line ${header.columns.length}.`;
    return { outcome: 'rejected', code: 'wrongColumnCount', detail };
  }
  if (cells.some((cell) => isLongerThan(cell, csvLimits.valueBytes))) {
    const detail = `A value may have ${csvLimits.valueBytes} bytes.`;
    return { outcome: 'rejected', code: 'valueTooLong', detail, limit: csvLimits.valueBytes };
  }
  // PostgreSQL keeps no NUL.
  if (cells.some((cell) => cell.includes('\0')))
    return { outcome: 'rejected', code: 'bytesDoNotFitEncoding', detail: 'There is a NUL in the line.' };
  const cell = (name: CsvColumn) => trimXml(cells[header.columns.indexOf(name)] ?? '');
  const purpose = cell('purpose');
  const anonymized = truthOf(cell('deidentified'));
  const further: HeldReason[] = [];
  if (anonymized === 'unclear') further.push('deidentificationUnclear');
  if (purpose && !isPurpose(purpose)) further.push('purposeUnclear');
  return judgeMessage(messageOf(cell, anonymized === 'unclear' ? null : anonymized, source), options, {
    statedPurpose: isPurpose(purpose) ? purpose : null,
    further,
  });
}

/** How a code of v3-ActReason is written. */
export function isPurpose(code: string): boolean {
  return /^[A-Z][A-Z0-9_]{1,31}$/.test(code);
}

function truthOf(text: string): 'true' | 'false' | 'unclear' | null {
  const word = text.toLowerCase();
  if (word === '') return null;
  if (['true', 'yes', '1'].includes(word)) return 'true';
  return ['false', 'no', '0'].includes(word) ? 'false' : 'unclear';
}

/** PS3.15 `EventOutcomeIndicator`. What says nothing we know stays unknown. */
const outcomes: Readonly<Record<string, string>> = {
  success: '0',
  '0': '0',
  '4': '4',
  '8': '8',
  '12': '12',
  failure: '8',
  failed: '8',
  error: '8',
  partial: '4',
};

function messageOf(
  cell: (name: CsvColumn) => string,
  anonymized: string | null,
  source: string | null,
): AuditMessage {
  const [uid, instances] = [cell('sop_class'), cell('instances')];
  const [patientId, issuer] = [cell('patient_id'), cell('issuer')];
  const study = cell('study_uid');
  const outcome = cell('outcome').toLowerCase();
  const isEmpty = !cell('destination_ae') && !cell('destination_host');
  return {
    event: {
      code: '110104',
      typeCodes: [],
      actionCode: 'R',
      dateTime: cell('event_time'),
      outcomeIndicator: Object.hasOwn(outcomes, outcome) ? (outcomes[outcome] ?? '') : '',
    },
    participants: [
      ...(cell('source_ae') ? [participant('110153', cell('source_ae'), '')] : []),
      ...(isEmpty ? [] : [participant('110152', cell('destination_ae'), cell('destination_host'))]),
    ],
    // A line does not say who reported it: whoever hands in the file does, or the sending system stands for its log.
    auditSource: { id: source ?? (cell('source_ae') || 'csv'), enterpriseSiteId: null },
    objects: [
      {
        ...object('1', '1', '2'),
        // A number that brings its issuer along (HL7 v2 CX) is taken as it is.
        id: issuer && !patientId.includes('^') ? `${patientId}^^^${issuer}` : patientId,
      },
      ...(study
        ? [
            {
              ...object('2', '3', '110180'),
              id: study,
              accessionNumbers: cell('accession') ? [cell('accession')] : [],
              sopClasses:
                uid || instances
                  ? [{ uid: uid || null, numberOfInstances: instances || null, listedInstances: 0 }]
                  : [],
              anonymized,
            },
          ]
        : []),
    ],
  };
}

function participant(role: string, aeTitle: string, host: string): ActiveParticipant {
  return {
    userId: aeTitle,
    alternativeUserId: null,
    networkAccessPointId: host || null,
    networkAccessPointTypeCode: null,
    roles: [role],
    userIdType: '110119',
    mediaType: null,
  };
}

function object(typeCode: string, typeCodeRole: string, idType: string) {
  return {
    typeCode,
    typeCodeRole,
    idType,
    name: null,
    details: [],
    accessionNumbers: [],
    sopClasses: [],
    containedStudyUids: [],
    encrypted: null,
    anonymized: null,
  };
}
