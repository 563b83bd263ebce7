/**
 * `npm test`: everything `npm run check` does, then stories, peers, fuzz and crash tests. Each stage is a run of node:test
 * whose output passes through as it comes; the last lines sum up all of them.
 *
 *     npm test                                       everything
 *     npm test -- test/store test/wire/imap          only test files below these paths; types and lint are left out
 *     npm test -- --test-name-pattern=MOVE           options go to node --test
 *     npm run test:update                            (--update) rewrites golden files, by UPDATE_GOLDEN=1
 */
import '#src/base/node-version.ts'
import { posix } from 'node:path'
import {
  lineOf,
  lint,
  type Outcome,
  runStep,
  type Step,
  stageNames,
  stageOf,
  sumOf,
  testFiles,
  testStep,
  types,
} from './steps.ts'

const args = process.argv.slice(2)
if (args.includes('--update')) process.env.UPDATE_GOLDEN = '1'
const options = args.filter((arg) => arg.startsWith('-') && arg !== '--update')
const paths = args
  .filter((arg) => !arg.startsWith('-'))
  .map((path) => posix.normalize(path).replace(/\/$/, ''))

const print = (text: string): void => void process.stdout.write(`${text}\n`)

function plan(): Step[] {
  const wanted = (file: string): boolean =>
    paths.length === 0 || paths.some((path) => file === path || file.startsWith(`${path}/`))
  const files = testFiles().filter(wanted)
  const steps = stageNames.flatMap((stage) => {
    const own = files.filter((file) => stageOf(file) === stage)
    return own.length > 0 ? [testStep(stage, own, options)] : []
  })
  return args.length === 0 ? [types, lint, ...steps] : steps
}

const started = performance.now()
const steps = plan()
const outcomes: Outcome[] = []
for (const step of steps) {
  print(`\n── ${step.name} ──`)
  const outcome = await runStep(step, (text) => void process.stdout.write(text))
  outcomes.push(outcome)
}

const sum = sumOf(outcomes)
const passed = sum.tests > 0 && outcomes.every((outcome) => outcome.passed)
print('\n── all ──')
for (const outcome of outcomes) print(lineOf(outcome))
if (sum.tests === 0) print(`no test file below ${paths.join(', ') || 'test/'}`)
for (const [name, number] of Object.entries(sum)) print(`# ${name} ${number}`)
print(`npm test ${passed ? 'passed' : 'FAILED'} in ${((performance.now() - started) / 1000).toFixed(1)} s`)
process.exitCode = passed ? 0 : 1
