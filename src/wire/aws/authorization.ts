import { SyntaxFault } from '#src/base/syntax-fault.ts'

/** What an `Authorization` header of Signature Version 4 says. */
export type Authorization = {
  keyId: string
  /** `YYYYMMDD`. */
  date: string
  region: string
  service: string
  /** Lower-case, sorted. */
  signedHeaders: readonly string[]
  /** 64 lower-case hex digits. */
  signature: string
}

const longest = 4096

/** Reads the header; anything else is a SyntaxFault. */
export function parseAuthorization(header: string): Authorization {
  if (header.length > longest) throw new SyntaxFault('The Authorization header is too long', longest)
  const parts =
    /^AWS4-HMAC-SHA256 +Credential=([^/,\s]{1,128})\/(\d{8})\/([a-z0-9-]{1,64})\/([a-z0-9-]{1,64})\/aws4_request, *SignedHeaders=([a-z0-9!#$%&'*+.^_`|~;-]+), *Signature=([0-9a-f]{64})$/.exec(
      header.trim(),
    )
  if (parts === null) throw new SyntaxFault('The Authorization header is not of Signature Version 4', 0)
  const [, keyId, date, region, service, names, signature] = parts as unknown as string[]
  const signedHeaders = names!.split(';')
  if (signedHeaders.some((name, index) => name === '' || (index > 0 && name <= signedHeaders[index - 1]!))) {
    throw new SyntaxFault('SignedHeaders must be sorted, each once', header.indexOf('SignedHeaders='))
  }
  return {
    keyId: keyId!,
    date: date!,
    region: region!,
    service: service!,
    signedHeaders,
    signature: signature!,
  }
}

/** Writes the header that `parseAuthorization` reads. */
export function formatAuthorization({
  keyId,
  date,
  region,
  service,
  signedHeaders,
  signature,
}: Authorization): string {
  const credential = `${keyId}/${date}/${region}/${service}/aws4_request`
  return `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`
}

/** Epoch milliseconds of `20261121T193000Z`; anything else is a SyntaxFault. */
export function parseAmzDate(text: string): number {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')
  const time = iso === text ? Number.NaN : Date.parse(iso)
  if (Number.isNaN(time)) throw new SyntaxFault('X-Amz-Date must look like 20261121T193000Z', 0)
  return time
}
