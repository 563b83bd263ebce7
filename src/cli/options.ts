import type { Command } from 'commander'

/** For commands inside one organisation. */
export const inOrganization = (command: Command): Command =>
  command.option('--org <alias>', 'organisation, by alias or id (default: the only one there is)')

const examplesOf = new WeakMap<Command, readonly string[]>()
const examplesBelowOf = new WeakMap<Command, readonly string[]>()

/** Lines of examples under the help of a command. */
export function examples(command: Command, ...lines: readonly string[]): Command {
  examplesOf.set(command, lines)
  return command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}\n`)
}

/** Lines that only the help of the commands below shows, each with what is of it. */
export function examplesBelow(command: Command, ...lines: readonly string[]): void {
  examplesBelowOf.set(command, lines)
}

/** A command without examples of its own shows those of the one above that are of it. */
export function inheritExamples(command: Command): void {
  const { parent } = command
  if (parent === null || examplesOf.has(command)) return
  const above = [...(examplesOf.get(parent) ?? []), ...(examplesBelowOf.get(parent) ?? [])]
  const lines = above.filter((line) => `${line} `.includes(`${pathOf(command)} `))
  if (lines.length > 0) examples(command, ...lines)
}

/** `landbridge user add` */
export const pathOf = (command: Command): string =>
  command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`
