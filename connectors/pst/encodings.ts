/** MS-PST §5.1, mpbbI: what each octet stands for in a file of the usual, compressible encoding. */
const decoded = Buffer.from(
  [
    'R/G05gtqckiFTp7r4viUU+C7oALoWgmr2+O6xnzDEN05BZYw9TdggozJE0prHfP7jyaXypEXAcQyLW4xlf/ZI9EA',
    'XnncRDsaKMVhVyCQPYO5Q75n0kZCdsBtW36yDxYpPKkDVA3aXd/2t8dizY0G02lchtYU96Vmdayx6UUhcAyHn3Sk',
    'Ikxvvx9Wqi6zeDNQsKOSvM8ZHKdjyx5NPksbm0/n8O6tOrVZBOpAVSVR5XqJOGhSe/wnrte9+gf0zI5f7zWchCsV',
    '1Xc0SbYSCn9xiP2dGEF9k9hYLM7+JK/euDbIoYCmmZioLw6BZXPkwqKK1OER0AiLKvLtmmQ/wWz57A==',
  ].join(''),
  'base64',
)

/** Undoes the encoding of a block, in place. It hides text from a glance; it is no encryption. */
export function decodePermuted(octets: Uint8Array): void {
  for (let at = 0; at < octets.length; at++) octets[at] = decoded[octets[at]!]!
}

/** The table that undoes another one. */
const inverse = (table: Uint8Array): Buffer => {
  const found = Buffer.alloc(256)
  for (const [from, to] of table.entries()) found[to] = from
  return found
}
/** MS-PST §5.1, mpbbR: what an octet is written as. */
const encoded = inverse(decoded)
/** MS-PST §5.1, mpbbS, which undoes itself. */
const swapped = Buffer.from(
  [
    'FFMPVrPIepzrZUgXFhWfAsxUfIMADQwLomKodtvZ7cfFpNyshXTW0KebrpqWcWbDY5m43XOSjoR9pV7RXZOxV1FQ',
    'gIlSlE9OCmu8jX9uR0ZBQEQBEcsDP/f04amPPDr5+/AZMIIJLsmdoIZJ7m9NbcQtgTQlhxuIqvwGoRI4/UxCcmQT',
    'NyRqdXdD/+a0SzZc5Ng1PUW5LOy3MSspB2ijDml7GJ4hOb4oGlt49SPKKrCvPv4EjOflmDKV0/ZK6Kbq6fPVL3Ag',
    '8h8FZ61VEM7N4yc72rrXwibUkR3SHCIz+PrxWu/PkLaLtb3AvwiXHmziYeDGwVmru1jeX99geX6yig==',
  ].join(''),
  'base64',
)

/**
 * Undoes, or does, in place the encoding that Outlook called high (MS-PST §5.2): of each block another one, by the lower 32 bits
 * of its number. It needs no key either.
 */
export function decodeCyclic(octets: Uint8Array, block: number): void {
  const low = block % 2 ** 32
  const key = (low ^ (low >>> 16)) & 0xffff
  for (let at = 0; at < octets.length; at++) {
    const word = key + at
    const [lower, upper] = [word & 0xff, (word >>> 8) & 0xff]
    const turned = swapped[(encoded[(octets[at]! + lower) & 0xff]! + upper) & 0xff]!
    octets[at] = decoded[(turned - upper) & 0xff]! - lower
  }
}
