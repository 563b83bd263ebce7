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
