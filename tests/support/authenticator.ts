import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

// Flags of authenticator data (WebAuthn §6.1).
const userPresent = 0x01;
const userVerified = 0x04;
const attestedCredential = 0x40;

interface Behaviour {
  /** False: somebody touched it, but it did not check who. */
  verifiesUser?: boolean;
  /** The site that the browser says it is on. */
  origin?: string;
}

/** A passkey in software, that does what a security key does, and on demand what it must not do. */
export class SoftPasskey {
  readonly credentialId = randomBytes(32);
  counter = 0;
  private readonly publicKey: KeyObject;
  private readonly privateKey: KeyObject;

  constructor(
    readonly origin: string,
    readonly userHandle: string,
  ) {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.publicKey = pair.publicKey;
    this.privateKey = pair.privateKey;
  }

  /** PKCS#8 in base64, for a virtual authenticator of a browser. */
  get pkcs8(): string {
    return this.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
  }

  /** The public key as a site stores it (COSE). */
  get coseKey(): Buffer {
    const { x, y } = this.publicKey.export({ format: 'jwk' });
    const coordinate = (value: string | undefined) => Buffer.from(value ?? '', 'base64url');
    // {1: 2, 3: -7, -1: 1, -2: x, -3: y}: EC2, ES256, P-256
    return Buffer.concat([
      Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]),
      coordinate(x),
      Buffer.from([0x22, 0x58, 0x20]),
      coordinate(y),
    ]);
  }

  /** What a browser answers when this passkey was made for a site. */
  made(challenge: string, { verifiesUser = true, origin = this.origin }: Behaviour = {}): string {
    const idLength = Buffer.alloc(2);
    idLength.writeUInt16BE(this.credentialId.length);
    const attested = Buffer.concat([Buffer.alloc(16), idLength, this.credentialId, this.coseKey]);
    const data = this.authenticatorData(attestedCredential | verified(verifiesUser), attested);
    const attestationObject = Buffer.concat([
      Buffer.from([0xa3]),
      text('fmt'),
      text('none'),
      text('attStmt'),
      Buffer.from([0xa0]),
      text('authData'),
      Buffer.from([0x59, data.length >> 8, data.length & 0xff]),
      data,
    ]);
    return this.answer({
      clientDataJSON: clientData('webauthn.create', challenge, origin),
      attestationObject: attestationObject.toString('base64url'),
      transports: ['internal'],
    });
  }

  /** What a browser answers when this passkey was used. The counter rises, unless it is told not to. */
  used(challenge: string, { verifiesUser = true, origin = this.origin }: Behaviour = {}): string {
    this.counter += 1;
    const data = this.authenticatorData(verified(verifiesUser));
    const clientDataJSON = clientData('webauthn.get', challenge, origin);
    const hash = createHash('sha256').update(Buffer.from(clientDataJSON, 'base64url')).digest();
    return this.answer({
      clientDataJSON,
      authenticatorData: data.toString('base64url'),
      signature: sign('sha256', Buffer.concat([data, hash]), this.privateKey).toString('base64url'),
      userHandle: Buffer.from(this.userHandle).toString('base64url'),
    });
  }

  private authenticatorData(flags: number, more: Buffer = Buffer.alloc(0)): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.counter);
    const site = createHash('sha256').update(new URL(this.origin).hostname).digest();
    return Buffer.concat([site, Buffer.from([flags]), counter, more]);
  }

  private answer(response: object): string {
    const id = this.credentialId.toString('base64url');
    return JSON.stringify({ id, rawId: id, type: 'public-key', clientExtensionResults: {}, response });
  }
}

const verified = (isVerified: boolean) => userPresent | (isVerified ? userVerified : 0);

function clientData(type: string, challenge: string, origin: string): string {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false })).toString('base64url');
}

/** A short text in CBOR. */
function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([0x60 | value.length]), Buffer.from(value)]);
}
