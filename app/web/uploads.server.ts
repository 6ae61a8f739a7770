import { fileTypeFromBuffer } from 'file-type';
import { mostAttachedBytes } from '#app/requests/attachments.server.ts';
import { cardLimits } from '#app/vendors/model-card.ts';
import type { MessageId } from '#app/words/words.ts';

/** What may be sent as a document: the kind that its bytes show, and the endings that a file of this kind may have. */
const kinds: Record<string, readonly string[]> = {
  'application/pdf': ['pdf'],
  'image/jpeg': ['jpg', 'jpeg'],
  'image/png': ['png'],
  'image/tiff': ['tif', 'tiff'],
};

/** For `<input accept>`. */
export const acceptedDocuments = '.pdf,.jpg,.jpeg,.png,.tif,.tiff';

export interface UploadedDocument {
  fileName: string;
  mediaType: string;
  bytes: Uint8Array;
}

export type ReadDocument =
  { ok: true; document: UploadedDocument | null } | { ok: false; message: MessageId };
export type ReadDocuments = { ok: true; documents: UploadedDocument[] } | { ok: false; message: MessageId };

/**
 * Takes one document out of a posted form; the form keeps its other fields. Refused: more than one, and what `takeDocuments` refuses.
 * @returns null where no file was chosen
 */
export async function takeDocument(form: FormData, field: string): Promise<ReadDocument> {
  const taken = await takeDocuments(form, field);
  if (!taken.ok) return taken;
  const [document = null, ...more] = taken.documents;
  if (more.length > 0) return { ok: false, message: 'errors.oneFile' };
  return { ok: true, document };
}

/**
 * Takes the documents out of a posted form; the form keeps its other fields. Refused: an empty one, one whose bytes are of no accepted
 * kind, one whose name says another kind than its bytes, and more than 25 MB in all. The form's size is limited by the wall.
 */
export async function takeDocuments(form: FormData, field: string): Promise<ReadDocuments> {
  const sent = form.getAll(field);
  form.delete(field);
  // A browser sends an empty file without a name where none was chosen.
  const files = sent.filter((one) => typeof one === 'string' || one.name !== '' || one.size > 0);
  const documents: UploadedDocument[] = [];
  let total = 0;
  for (const file of files) {
    if (typeof file === 'string') return { ok: false, message: 'errors.fileUnreadable' };
    if (file.size === 0) return { ok: false, message: 'errors.fileEmpty' };
    total += file.size;
    if (total > mostAttachedBytes) return { ok: false, message: 'errors.filesTooLarge' };
    const document = await checked(file);
    if (!document) return { ok: false, message: 'errors.fileKind' };
    documents.push(document);
  }
  return { ok: true, documents };
}

/** The document of a file; null when it is of no accepted kind, or its name says another one. */
async function checked(file: File): Promise<UploadedDocument | null> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const mediaType = (await fileTypeFromBuffer(bytes))?.mime ?? '';
  const fileName = plainName(file.name);
  const endings = Object.hasOwn(kinds, mediaType) ? kinds[mediaType] : undefined;
  const ending = fileName.split('.').at(-1)?.toLowerCase() ?? '';
  return endings?.includes(ending) ? { fileName, mediaType, bytes } : null;
}

/** A file's own name without folders, control and direction characters, its ending kept. */
function plainName(name: string): string {
  const plain = (name.split(/[/\\]/).at(-1) ?? '')
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}"]/gu, '')
    .trim();
  return [...plain].slice(-120).join('');
}

/** The one file of a field that takes one; the form keeps its other fields. @param whenEmpty what is said of a file with nothing in it */
function oneFile(
  form: FormData,
  field: string,
  whenEmpty: MessageId,
): { ok: true; file: File } | { ok: false; message: MessageId } {
  const [file, ...more] = form.getAll(field);
  form.delete(field);
  if (more.length > 0) return { ok: false, message: 'errors.oneFile' };
  if (file === undefined || typeof file === 'string') return { ok: false, message: 'errors.fileChoose' };
  return file.size > 0
    ? { ok: true, file }
    : { ok: false, message: file.name ? whenEmpty : 'errors.fileChoose' };
}

const mostCalendarBytes = 1024 * 1024;

/**
 * Takes one file of holidays out of a posted form, as text; the form keeps its other fields. What is in it is judged by
 * app/facility/holiday-file.ts.
 */
export async function takeCalendarFile(
  form: FormData,
  field: string,
): Promise<{ ok: true; text: string } | { ok: false; message: MessageId }> {
  const taken = oneFile(form, field, 'errors.fileEmpty');
  if (!taken.ok) return taken;
  const { file } = taken;
  if (file.size > mostCalendarBytes) return { ok: false, message: 'errors.calendarFileLarge' };
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer()) };
  } catch {
    return { ok: false, message: 'errors.calendarFile' };
  }
}

/** Takes one CSV file out of a posted form; the form keeps its other fields. What is in it is judged by app/disclosures/imports/. */
export async function takeCsvFile(
  form: FormData,
  field: string,
): Promise<{ ok: true; file: { fileName: string; bytes: Uint8Array } } | { ok: false; message: MessageId }> {
  const taken = oneFile(form, field, 'errors.import.empty');
  if (!taken.ok) return taken;
  const { file } = taken;
  const fileName = plainName(file.name) || 'file.csv';
  if (!/\.(csv|txt)$/i.test(fileName)) return { ok: false, message: 'errors.import.notText' };
  return { ok: true, file: { fileName, bytes: new Uint8Array(await file.arrayBuffer()) } };
}

/** Takes one XML file out of a posted form; the form keeps its other fields. What is in it is judged by app/vendors/model-card.ts. */
export async function takeXmlFile(
  form: FormData,
  field: string,
): Promise<{ ok: true; file: { fileName: string; bytes: Uint8Array } } | { ok: false; message: MessageId }> {
  const taken = oneFile(form, field, 'errors.fileEmpty');
  if (!taken.ok) return taken;
  const { file } = taken;
  const fileName = plainName(file.name) || 'card.xml';
  if (!/\.xml$/i.test(fileName)) return { ok: false, message: 'errors.label.fileKind' };
  if (file.size > cardLimits.bytes) return { ok: false, message: 'errors.label.card.tooLarge' };
  return { ok: true, file: { fileName, bytes: new Uint8Array(await file.arrayBuffer()) } };
}
