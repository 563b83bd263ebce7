import { tlsWords } from './tls-words.ts'

const causes: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  EHOSTUNREACH: 'no way leads there',
  ENETUNREACH: 'no way leads there',
  ETIMEDOUT: 'nobody answers there',
}

const cutOff: ReadonlySet<string> = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE'])

/** How an open connection ended, as a sentence without its full stop; `error` where it did not end in order. */
export function lostWords(error: Error | undefined): string {
  if (error === undefined) return 'The server closed the connection'
  const { code = '', message } = error as NodeJS.ErrnoException
  return cutOff.has(code) ? 'The connection was cut off' : `The connection broke: ${tlsWords(message)}`
}

/** Why a connection did not come about: in words of our own, with the address, and for other causes as Node says it. */
export function socketWords(error: Error): string {
  if (error instanceof AggregateError && error.errors.length > 0)
    return [...new Set(error.errors.map(socketWords))].join(', ')
  const { syscall, code, message } = error as NodeJS.ErrnoException
  if (syscall === 'connect' && causes[code ?? ''] !== undefined)
    return `${causes[code!]} (${message.replace(/^connect [A-Z]+ /, '')})`
  if (syscall !== 'getaddrinfo') return tlsWords(message)
  return code === 'ENOTFOUND' ? 'DNS does not know its name' : 'DNS did not answer when asked for its address'
}
