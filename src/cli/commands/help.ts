import { Command } from 'commander'
import { nearestName } from '#src/config/nearest-name.ts'
import { pathOf } from '../options.ts'
import { UsageFault } from '../usage-fault.ts'

/** `landbridge help`, and `help` of every command that has others below it. */
export function helpCommand(above: Command): Command {
  return new Command('help')
    .argument('[command...]')
    .description('how a command is written')
    .action((words: readonly string[]) => {
      let found = above
      for (const word of words) found = below(found, word) ?? noCommand(found, word)
      found.help()
    })
}

/** Says that a word below a command is none, and which is nearest. */
export function noCommand(above: Command, word: string): never {
  const path = pathOf(above).split(' ').slice(1)
  const nearest = nearestName(
    word,
    above.commands.map((each) => each.name()),
  )
  const meant = nearest === undefined ? '' : ` Did you mean "${[...path, nearest].join(' ')}"?`
  throw new UsageFault(
    `There is no command "${[...path, word].join(' ')}".${meant} "${pathOf(above)} --help" shows those there are.`,
  )
}

const below = (command: Command, word: string): Command | undefined =>
  command.commands.find((each) => each.name() === word || each.aliases().includes(word))
