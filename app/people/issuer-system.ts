/** The system of a number that an issuer gave, as FHIR writes it: an OID as a URN, a name as it is. */
export function issuerAsSystem(issuer: string): string {
  return /^\d+(\.\d+)+$/.test(issuer) ? `urn:oid:${issuer}` : encodeURI(issuer);
}

/** The issuers that a system of a search can mean. */
export function issuersOfSystem(system: string): string[] {
  const plain = system.replace(/^urn:oid:/, '');
  try {
    return [...new Set([plain, decodeURI(plain)])];
  } catch {
    return [plain];
  }
}
