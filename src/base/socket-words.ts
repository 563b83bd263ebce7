import { tlsWords } from './tls-words.ts'

/** Why a connection did not come about, as Node says it; of names and of several addresses in words of our own. */
export function socketWords(error: Error): string {
  if (error instanceof AggregateError && error.errors.length > 0)
    return [...new Set(error.errors.map(socketWords))].join(', ')
  const { syscall, code, message } = error as NodeJS.ErrnoException
  if (syscall !== 'getaddrinfo') return tlsWords(message)
  return code === 'ENOTFOUND' ? 'DNS does not know its name' : 'DNS did not answer when asked for its address'
}
