import { tlsWords } from './tls-words.ts'

const causes: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  EHOSTUNREACH: 'no way leads there',
  ENETUNREACH: 'no way leads there',
  ETIMEDOUT: 'nobody answers there',
}

/** Why a connection did not come about: in words of our own, with what Node says, and for other causes that alone. */
export function socketWords(error: Error): string {
  if (error instanceof AggregateError && error.errors.length > 0)
    return [...new Set(error.errors.map(socketWords))].join(', ')
  const { syscall, code, message } = error as NodeJS.ErrnoException
  if (syscall === 'connect' && causes[code ?? ''] !== undefined)
    return `${causes[code!]} (${message.replace(/^connect /, '')})`
  if (syscall !== 'getaddrinfo') return tlsWords(message)
  return code === 'ENOTFOUND' ? 'DNS does not know its name' : 'DNS did not answer when asked for its address'
}
