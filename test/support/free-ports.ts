import { settingNames } from '#src/config/settings.ts'

const listening = /^(admin|health|smtp|imap|web)\.\w*[pP]ort$/

/** Each port that a service listens on, as a setting that takes any free one. */
export const freePorts: Readonly<Record<string, 0>> = Object.fromEntries(
  settingNames.filter((name) => listening.test(name)).map((name) => [name, 0]),
)

/** The same as arguments of the command line. */
export const freePortOptions: readonly string[] = Object.keys(freePorts).flatMap((name) => [
  '--set',
  `${name}=0`,
])
