import { SyntaxFault } from '#src/base/syntax-fault.ts'

/** Credentials of the mechanism PLAIN (RFC 4616): who acts, if it is somebody else; who proves; with what. */
type Plain = { authorization: string; name: string; password: string }

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Octets of a base64 line of AUTH (RFC 4954 §4); `=` alone is an empty response. SyntaxFault otherwise. */
export function parseResponse(text: string): Uint8Array {
  if (text === '=') return new Uint8Array(0)
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text))
    throw new SyntaxFault('The response is not base64')
  return Buffer.from(text, 'base64')
}

/** The opposite of `parseResponse`; `initial` is for a response that stands on the AUTH line. */
export function formatResponse(octets: Uint8Array | string, initial = false): string {
  const text = Buffer.from(octets as Uint8Array).toString('base64')
  return text === '' && initial ? '=' : text
}

/** Text of a response: UTF-8 without NUL. */
export function responseText(octets: Uint8Array): string {
  let text: string
  try {
    text = utf8.decode(octets)
  } catch {
    throw new SyntaxFault('The response is not UTF-8')
  }
  if (text.includes('\0')) throw new SyntaxFault('The response holds a NUL')
  return text
}

export function parsePlain(octets: Uint8Array): Plain {
  const first = octets.indexOf(0)
  const second = octets.indexOf(0, first + 1)
  if (first < 0 || second < 0) throw new SyntaxFault('PLAIN takes three texts with a NUL between them')
  const plain = {
    authorization: responseText(octets.subarray(0, first)),
    name: responseText(octets.subarray(first + 1, second)),
    password: responseText(octets.subarray(second + 1)),
  }
  if (plain.name === '' || plain.password === '') throw new SyntaxFault('PLAIN takes a name and a password')
  return plain
}

export function formatPlain({ authorization, name, password }: Plain): Uint8Array {
  if (/\0/.test(authorization + name + password)) throw new SyntaxFault('A NUL in the credentials')
  return Buffer.from(`${authorization}\0${name}\0${password}`)
}
