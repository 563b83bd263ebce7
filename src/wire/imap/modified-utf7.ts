import { SyntaxFault } from '#src/base/syntax-fault.ts'

const shifted = /&([A-Za-z0-9+,]*)(-?)/g

/**
 * Mailbox name from modified UTF-7 (RFC 3501 §5.1.3). SyntaxFault for what does not decode to Unicode, and for printable
 * ASCII in disguise (`&AC8-` for `/`): two spellings of one name are a way around every check of names.
 * A needless change from one shifted run to the next is forgiven.
 */
export function decodeModifiedUtf7(text: string): string {
  if (/[^\x20-\x7e]/.test(text)) throw new SyntaxFault('A mailbox name outside modified UTF-7')
  if (!text.includes('&')) return text
  const name = text.replace(shifted, (_, run: string, close: string) => {
    if (close === '') throw new SyntaxFault('A shifted run without its end')
    return run === '' ? '&' : decodeRun(run)
  })
  if (!name.isWellFormed()) throw new SyntaxFault('Half a character in a mailbox name')
  return name
}

function decodeRun(run: string): string {
  const octets = Buffer.from(run.replaceAll(',', '/'), 'base64')
  const odd = octets.length % 2
  if (run.length % 4 === 1 || odd !== 0 || encodeRun(octets) !== run)
    throw new SyntaxFault('A shifted run that is no UTF-16')
  const text = octets.swap16().toString('utf16le')
  if (/[\x20-\x7e]/.test(text)) throw new SyntaxFault('ASCII in a shifted run')
  return text
}

const encodeRun = (octets: Buffer) => octets.toString('base64').replace(/=+$/, '').replaceAll('/', ',')

/** The name in modified UTF-7. Lone surrogates become U+FFFD. */
export function encodeModifiedUtf7(name: string): string {
  if (/^[\x20-\x25\x27-\x7e]*$/.test(name)) return name
  return name
    .toWellFormed()
    .replace(/&|[^\x20-\x7e]+/g, (run) =>
      run === '&' ? '&-' : `&${encodeRun(Buffer.from(run, 'utf16le').swap16())}-`,
    )
}
