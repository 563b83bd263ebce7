/** Something that takes connections. Each protocol makes one or more; `src/app` starts and stops them all. */
export type Listener = {
  /** For people: `administration API`. */
  readonly name: string
  /** Takes connections from then on. Resolves with the address under which it is reached, rejects with `ListenFault`. */
  listen(): Promise<string>
  /** Takes no new connection, lets requests under way finish, and cuts off what is left when `signal` aborts. */
  stop(signal: AbortSignal): Promise<void>
}

/** A port or socket cannot be listened on. The message is a sentence with what to do. */
export class ListenFault extends Error {
  override readonly name = 'ListenFault'
  /** The setting that chooses the port. */
  readonly setting: string

  constructor(message: string, setting: string, options?: { cause?: unknown }) {
    super(message, options)
    this.setting = setting
  }
}

/** The words of the operating system turned into ours. `setting` is the one that chooses the address. */
export function listenFault(error: unknown, name: string, address: string, setting: string): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code
  const remedies: Record<string, string> = {
    EADDRINUSE: `another program uses it already. Stop that one, or choose another with the setting ${setting}`,
    EACCES: `this user may not. Choose a port from 1024 up with the setting ${setting}, or grant the right`,
    EADDRNOTAVAIL: `this machine does not have that address. Correct the setting ${setting}`,
    ENOTFOUND: `that host name is not known. Correct the setting ${setting}`,
    EINVAL: `the path is too long for a socket. Choose a data folder with a shorter path`,
    ENAMETOOLONG: `the path is too long for a socket. Choose a data folder with a shorter path`,
  }
  const remedy = code === undefined ? undefined : remedies[code]
  if (remedy === undefined) return error
  return new ListenFault(`The ${name} cannot listen on ${address}: ${remedy}.`, setting, {
    cause: error,
  })
}
