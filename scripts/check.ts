/** `npm run check`: types, lint, house and unit tests, a line for each, and all that failed steps had to say. */
import '#src/base/node-version.ts'
import {
  lineOf,
  lint,
  type Outcome,
  runStep,
  type Stage,
  type Step,
  sharedTestSteps,
  stageOf,
  testFiles,
  testStep,
  types,
} from './steps.ts'

const print = (text: string): void => void process.stdout.write(`${text}\n`)

async function check(step: Step): Promise<Outcome> {
  const outcome = await runStep(step)
  print(lineOf(outcome))
  return outcome
}

/** The names of tests that passed or were skipped are not news when others failed. */
function newsIn(output: string): string {
  return output
    .split('\n')
    .filter((line) => !/^\s*(✔|﹣|▶) /.test(line))
    .join('\n')
}

const started = performance.now()
const outcomes = await Promise.all([check(types), check(lint)])
const filesOf = (stage: Stage) => testFiles().filter((file) => stageOf(file) === stage)
const tests = [testStep('house', filesOf('house')), ...sharedTestSteps('unit', filesOf('unit'))]
outcomes.push(...(await Promise.all(tests.map(check))))

const failed = outcomes.filter(({ passed }) => !passed)
for (const { step, output } of failed) print(`\n── ${step.name} ──\n${newsIn(output).trim()}`)
const seconds = ((performance.now() - started) / 1000).toFixed(1)
const verdict = failed.length === 0 ? 'passed' : `failed (${failed.map(({ step }) => step.name).join(', ')})`
print(`check ${verdict} in ${seconds} s`)
process.exitCode = failed.length === 0 ? 0 : 1
