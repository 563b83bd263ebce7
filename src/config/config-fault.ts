/** One thing that is wrong with the configuration. `where` is `FILE:LINE`, an environment variable or an option. */
export type Fault = { where: string; setting?: string; problem: string; remedy: string }

/** The configuration cannot be used; the start stops with it (exit code 78). It names every fault, never a secret. */
export class ConfigFault extends Error {
  override readonly name = 'ConfigFault'
  readonly faults: readonly Fault[]

  constructor(faults: readonly Fault[]) {
    super(faults.map(formatFault).join('\n'))
    this.faults = faults
  }
}

/** One line. */
export function formatFault({ where, setting, problem, remedy }: Fault): string {
  return `${where}: ${setting === undefined ? '' : `${setting}: `}${problem} ${remedy}`
}
