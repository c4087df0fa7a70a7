import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Who called: HubSpot, or somebody else. HubSpot's documentation "Validating requests from HubSpot" is the source. Its
 * own library is not used: it takes a timestamp that is no number, and any from the future, and compares byte by byte.
 */
export interface SignedRequest {
  readonly method: string;
  /** As HubSpot called it: our public address with path and query, never what a header says. */
  readonly url: string;
  readonly body: Buffer;
  /** X-HubSpot-Signature-v3. */
  readonly signatureV3: string | undefined;
  /** X-HubSpot-Request-Timestamp, in milliseconds. */
  readonly timestamp: string | undefined;
  /** X-HubSpot-Signature, and X-HubSpot-Signature-Version: v1 or v2. */
  readonly signature: string | undefined;
  readonly version: string | undefined;
}

export interface SignatureRules {
  /** The client secret of the app; two while it is being changed. */
  readonly secrets: readonly string[];
  readonly nowMs: number;
  /** Workflow actions are documented as signed by v2, which covers no time; nothing else may be. */
  readonly allowsV2: boolean;
}

const TOLERANCE_MS = 300_000;

/** Whether HubSpot signed exactly this request, and by v3 just now. A v3 header that is there must be right. */
export function isSignedByHubSpot(request: SignedRequest, { secrets, nowMs, allowsV2 }: SignatureRules): boolean {
  const { signatureV3, timestamp, signature, version } = request;
  if (signatureV3 !== undefined) {
    if (timestamp === undefined || !/^\d{13}$/.test(timestamp)) return false;
    if (Math.abs(nowMs - Number(timestamp)) > TOLERANCE_MS) return false;
    return secrets.some((secret) => isEqual(signatureV3, signV3(secret, { ...request, timestamp })));
  }
  if (!allowsV2 || signature === undefined || version !== 'v2') return false;
  return secrets.some((secret) => isEqual(signature, signV2(secret, request)));
}

type Signed = Pick<SignedRequest, 'method' | 'url' | 'body'>;

export function signV3(secret: string, { method, url, body, timestamp }: Signed & { timestamp: string }): string {
  return createHmac('sha256', secret)
    .update(method + decodedUrl(url))
    .update(body)
    .update(timestamp)
    .digest('base64');
}

export const signV2 = (secret: string, { method, url, body }: Signed): string =>
  createHash('sha256')
    .update(secret + method + url)
    .update(body)
    .digest('hex');

/** HubSpot signs these characters as themselves, however the request writes them, and nothing else. */
const decodedUrl = (url: string) =>
  url.replace(/%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, (escaped) => decodeURIComponent(escaped));

function isEqual(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
