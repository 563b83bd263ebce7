import type { Command } from 'commander'

/** For commands inside one organisation. */
export const inOrganization = (command: Command): Command =>
  command.option('--org <alias>', 'organisation, by alias or id (default: the only one there is)')

/** Lines of examples under the help of a command. */
export const examples = (command: Command, ...lines: readonly string[]): Command =>
  command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}\n`)
