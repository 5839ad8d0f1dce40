import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { isIP } from 'node:net';

/** A key and its certificate, as PEM. */
export interface KeyAndCertificate {
  readonly key: string;
  readonly cert: string;
}

/**
 * A new P-256 key with an X.509 certificate (RFC 5280) for `name`, from 2000 to 2100, that
 * may sign others; signed by itself, or by `issuer`.
 */
export function selfSigned(name: string, issuer?: KeyAndCertificate & { readonly name: string }): KeyAndCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signer: KeyObject = issuer ? createPrivateKey(issuer.key) : privateKey;
  const address = isIP(name) === 4 ? Buffer.from(name.split('.').map(Number)) : undefined;
  const general = address ? node(0x87, address) : node(0x82, Buffer.from(name));
  const body = node(
    SEQUENCE,
    node(0xa0, integer(Buffer.of(2))),
    integer(Buffer.of(0x11, ...Buffer.from(name))),
    ECDSA_SHA256,
    commonName(issuer?.name ?? name),
    node(SEQUENCE, node(0x18, Buffer.from('20000101000000Z')), node(0x18, Buffer.from('21000101000000Z'))),
    commonName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    node(
      0xa3,
      node(
        SEQUENCE,
        node(SEQUENCE, BASIC_CONSTRAINTS, node(0x04, node(SEQUENCE, node(0x01, Buffer.of(0xff))))),
        node(SEQUENCE, ALTERNATIVE_NAME, node(0x04, node(SEQUENCE, general))),
      ),
    ),
  );
  const signature = sign('sha256', body, signer);
  const certificate = node(SEQUENCE, body, ECDSA_SHA256, node(0x03, Buffer.of(0), signature));
  const lines = certificate
    .toString('base64')
    .match(/.{1,64}/g)
    ?.join('\n');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

// --- internal ---

const SEQUENCE = 0x30;

/** A node of DER: tag, length, content. */
function node(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

function integer(bytes: Uint8Array): Buffer {
  return node(0x02, bytes);
}

function objectId(...bytes: readonly number[]): Buffer {
  return node(0x06, Buffer.from(bytes));
}

function commonName(name: string): Buffer {
  return node(SEQUENCE, node(0x31, node(SEQUENCE, objectId(0x55, 4, 3), node(0x0c, Buffer.from(name)))));
}

const ECDSA_SHA256 = node(SEQUENCE, objectId(0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2));
const BASIC_CONSTRAINTS = objectId(0x55, 0x1d, 0x13);
const ALTERNATIVE_NAME = objectId(0x55, 0x1d, 0x11);
