import type { Command, CommanderError } from 'commander'
import { pathOf } from './options.ts'
import { UsageFault } from './usage-fault.ts'

/** What commander finds wrong with a command line, as a sentence of ours that ends with how the command is written. */
export function commandFault(command: Command, { code, message }: CommanderError): UsageFault {
  return new UsageFault(`${whatIsWrong(command, code, message)} Write it as: ${usageOf(command)}`)
}

function whatIsWrong(command: Command, code: string, message: string): string {
  const [, named = ''] = /'([^']*)'/.exec(message) ?? []
  switch (code) {
    case 'commander.missingArgument':
      return `<${named}> is missing.`
    case 'commander.optionMissingArgument':
      return `${flagOf(named)} takes a value, and there is none: ${named}.`
    case 'commander.missingMandatoryOptionValue':
      return `${flagOf(named)} is missing.`
    case 'commander.unknownOption': {
      const [, near] = /Did you mean ([^?]+)\?/.exec(message) ?? []
      const flag = named.split('=')[0]!
      if (flag !== named && flag === near) return `${flag} takes no value, and was given one: ${named}.`
      return `There is no option ${flag} here.${near === undefined ? '' : ` Did you mean ${near}?`}`
    }
    case 'commander.excessArguments': {
      const [, most, words = ''] = /Expected (\d+) arguments? but got \d+: (.*)\.$/s.exec(message) ?? []
      return `"${command.name()}" takes ${most === '0' ? 'no words' : most === '1' ? 'one word' : `${most} words`} and was given: ${words}. What has blanks goes into quotes.`
    }
    case 'commander.invalidArgument': {
      const [, words = ''] = /Allowed choices are (.*)\.$/s.exec(message) ?? []
      const [, given = ''] = /argument '([^']*)' is invalid/.exec(message) ?? []
      return `${flagOf(named)} ${given}: It takes ${words}.`
    }
    default:
      return message.replace(/^error: /, '').replace(/\.?$/, '.')
  }
}

/** `--display-name` of `--title, --job-title <text>`: the last of its names. */
const flagOf = (flags: string): string =>
  flags
    .split(/[ ,]+/)
    .filter((word) => word.startsWith('-'))
    .at(-1) ?? flags

const usageOf = (command: Command): string =>
  `${pathOf(command)} ${command.usage()} ("${pathOf(command)} --help" says more).`
