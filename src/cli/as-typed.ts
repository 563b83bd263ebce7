import type { Command } from 'commander'
import { shellWord } from '#src/base/shell-word.ts'

/** The command line that is carried out. */
export type Typed = {
  command: Command
  options: Partial<Record<'data' | 'config' | 'org' | 'wave', string | undefined>>
  args: readonly unknown[]
}

/** What a shell takes for one word may have quotes in it, as names have. */
const suggestion = /"landbridge ([a-z](?:[^"'\\\n]|\\.|'[^'\n]*')*)"/g

/**
 * Commands that a sentence names in quotes (`"landbridge migrate status"`) as they have to be typed by whoever typed this one: with
 * its data folder, configuration and organisation, and with the migration and batch that it is about where none are named.
 */
export function asTyped(text: string, typed: Typed | undefined): string {
  if (typed === undefined) return text
  const root = rootOf(typed.command)
  return text.replace(suggestion, (whole, line: string) => {
    const words = line.split(' ')
    const path = pathIn(root, words)
    const command = path.at(-1)
    if (command === undefined || command.commands.length > 0) return whole
    const [names, given] = [words.slice(0, path.length), words.slice(path.length)]
    const isBare = given[0] === undefined || given[0].startsWith('--')
    const all = [
      ...names,
      ...(isBare ? argumentsOf(command, typed) : []),
      ...given,
      ...optionsOf(command, typed, given, isBare),
    ]
    return `"landbridge ${all.join(' ')}"`
  })
}

const rootOf = (command: Command): Command => (command.parent === null ? command : rootOf(command.parent))

/** Commands that the first words name, each below the one before. */
function pathIn(root: Command, words: readonly string[]): readonly Command[] {
  const path: Command[] = []
  for (const word of words) {
    const next = (path.at(-1) ?? root).commands.find((each) => each.name() === word)
    if (next === undefined) break
    path.push(next)
  }
  return path
}

/** Nothing where not even the first is known: then the command is only named. */
function argumentsOf(command: Command, { command: ours, args }: Typed): readonly string[] {
  const known = new Map(ours.registeredArguments.map((each, at) => [each.name(), args[at]] as const))
  const isMaking = ours.name() === 'create' && ours.parent?.name() === 'migrate'
  if (isMaking) known.set('project', args[0])
  // A batch may be left out for a wave, but where one was named it is meant.
  const wanted = command.registeredArguments.filter(
    (each) => each.required || (each.name() === 'batch' && typeof known.get('batch') === 'string'),
  )
  const given = (name: string) => {
    const value = ['project', 'batch'].includes(name) ? known.get(name) : undefined
    return typeof value === 'string' ? shellWord(value) : undefined
  }
  if (wanted[0] === undefined || given(wanted[0].name()) === undefined) return []
  return wanted.map((each) => given(each.name()) ?? `<${each.name()}>`)
}

function optionsOf(
  command: Command,
  { options }: Typed,
  given: readonly string[],
  isBare: boolean,
): readonly string[] {
  const taken = (name: string) => command.options.some(({ long }) => long === name)
  const wanted = [
    ['--wave', isBare && taken('--wave') ? options.wave : undefined],
    ['--org', taken('--org') ? options.org : undefined],
    ['--data', options.data],
    ['--config', options.config],
  ] as const
  return wanted.flatMap(([name, value]) =>
    value === undefined || given.includes(name) ? [] : [name, shellWord(value)],
  )
}
