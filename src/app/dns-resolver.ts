import { Resolver as Dns } from 'node:dns/promises'
import type { Resolver } from '#src/domain/directory/domain-verification.ts'
import { Refusal } from '#src/domain/refusal.ts'

const timeoutMs = 2_000
const tries = 2
/** The name, or records of that type, do not exist: an answer. */
const nothing = new Set(['ENOTFOUND', 'ENODATA'])

/** DNS by the servers given (`192.0.2.1, [2001:db8::1]:5353`), or by the system's. Refuses `try-later` without an answer in time. */
export function dnsResolver(servers: string): Resolver {
  const dns = new Dns({ timeout: timeoutMs, tries })
  if (servers !== '') dns.setServers(servers.split(',').map((each) => each.trim()))
  const ask = async <T>(name: string, question: () => Promise<T[]>): Promise<T[]> => {
    try {
      return await question()
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== undefined && nothing.has(code)) return []
      throw new Refusal(
        'try-later',
        `DNS does not answer about ${name} (${code ?? 'no reason'}). Try again later.`,
        {
          cause: error,
        },
      )
    }
  }
  return {
    txt: async (name) => (await ask(name, () => dns.resolveTxt(name))).map((strings) => strings.join('')),
    mx: async (name) =>
      (await ask(name, () => dns.resolveMx(name))).map(({ priority, exchange }) => ({
        preference: priority,
        exchange,
      })),
    cname: (name) => ask(name, () => dns.resolveCname(name)),
  }
}
