import type { Command } from 'commander'
import { UsageFault } from './usage-fault.ts'

/** `--hidden` and `--no-hidden`, of which one is enough. */
export function hiddenOption(command: Command): Command {
  const said = new Set<string>()
  return command
    .option('--hidden', 'leave it out of the global address list')
    .option('--no-hidden', 'show it there')
    .on('option:hidden', () => said.add('hidden'))
    .on('option:no-hidden', () => said.add('no-hidden'))
    .hook('preAction', () => {
      if (said.size > 1) throw new UsageFault('Say --hidden or --no-hidden, not both. Nothing was changed.')
    })
}

/** Refuses a change that changes nothing. */
export function requireChange(command: Command, members: Readonly<Record<string, unknown>>): void {
  if (Object.values(members).some((value) => value !== undefined)) return
  throw new UsageFault(
    `Say what to change, for example ${command.options.find(({ long }) => long !== '--org')?.long}. --help shows every option. Nothing was changed.`,
  )
}
