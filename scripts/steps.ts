/** The steps of `npm run check` and `npm test`: what each runs, how long it may take, how its end is read. */
import { type ChildProcess, spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../', import.meta.url))

export type Step = {
  readonly name: string
  /** The program; without one it is the Node that runs this script. */
  readonly command?: string
  readonly args: readonly string[]
  /** A step that takes longer hangs: it is interrupted, and node:test then names the file that was running. */
  readonly minutes: number
}

/** What the closing lines of node:test say, summed over the runs of a step; all 0 for a step that is no test. */
type Counts = Record<(typeof counted)[number], number>
const counted = ['tests', 'suites', 'pass', 'fail', 'cancelled', 'skipped', 'todo'] as const

export type Outcome = {
  readonly step: Step
  readonly passed: boolean
  readonly seconds: number
  readonly output: string
  readonly counts: Counts
}

export const types: Step = { name: 'types', args: [installed('typescript/bin/tsc'), '-p', '.'], minutes: 2 }
export const lint: Step = {
  name: 'lint',
  command: installed(`@biomejs/cli-${process.platform}-${process.arch}/biome`),
  args: ['check', '.'],
  minutes: 2,
}

/**
 * Folders of test/ that are stages of their own, with the minutes they may take. Everything else under test/ is a fast
 * unit test, except support/, which holds no tests, and files `….slow.test.ts`, whose stage is `slow`: those of about
 * two seconds and more, left out of `npm run check`.
 */
const stages = { house: 2, unit: 5, slow: 20, stories: 20, peers: 20, fuzz: 20, crash: 20 } as const
export type Stage = keyof typeof stages
export const stageNames = Object.keys(stages) as Stage[]

export function stageOf(file: string): Stage {
  const folder = file.endsWith('.slow.test.ts') ? 'slow' : file.split('/')[1]!
  return stageNames.find((stage) => stage === folder) ?? 'unit'
}

/** All test files, as paths from the root, sorted. */
export function testFiles(): string[] {
  return globSync('test/**/*.test.ts', { cwd: root }).sort()
}

const cores = Math.min(2, availableParallelism())

const sameNumbers = ['--import', new URL('../test/support/same-numbers.ts', import.meta.url).href]

/** `options` go to `node --test` as they are, such as `--test-name-pattern=MOVE`. */
export function testStep(stage: Stage, files: readonly string[], options: readonly string[] = []): Step {
  // Wants its own time and disk: a crash test beside another would measure the other.
  const concurrency = stage === 'crash' ? 1 : cores
  const args = ['--test', '--test-reporter=spec', `--test-concurrency=${concurrency}`, ...options, ...files]
  return { name: stage, args: [...sameNumbers, ...args], minutes: stages[stage] }
}

/**
 * The same tests with a process a core instead of one a file: half the time, since what a file imports is loaded once.
 * Only `npm run check` does so; `npm test` runs each file by itself, which also shows that none needs another.
 */
export function sharedTestSteps(stage: Stage, files: readonly string[]): Step[] {
  return Array.from({ length: cores }, (_, core) => ({
    name: `${stage} ${core + 1}/${cores}`,
    args: [
      ...sameNumbers,
      '--test',
      '--test-reporter=spec',
      '--test-isolation=none',
      ...files.filter((_, index) => index % cores === core),
    ],
    minutes: stages[stage],
  }))
}

/** Runs a step to its end. With `onOutput` the output goes there as it comes, and is kept all the same. */
export async function runStep(step: Step, onOutput?: (text: string) => void): Promise<Outcome> {
  const started = performance.now()
  // With the options that bin/with-node gives the service as well: tests look at its memory.
  const [command, args] =
    step.command === undefined
      ? [process.execPath, [...process.execArgv, ...step.args]]
      : [step.command, step.args]
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Half the start-up of a test file is stripping and compiling what it imports.
    env: { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled'), ...process.env },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      onOutput?.(text)
    })
  }
  const hung = interruptAfter(child, step.minutes)
  const { promise, resolve } = Promise.withResolvers<boolean>()
  child.once('error', (error) => {
    output += `${error.message}\n`
    resolve(false)
  })
  child.once('close', (code) => resolve(code === 0))
  const ended = await promise
  if (hung.stop()) {
    const sentence = `${step.name}: interrupted after ${step.minutes} minutes\n`
    output += sentence
    onOutput?.(sentence)
  }
  const counts = countsIn(output)
  return {
    step,
    passed: ended && !hung.stop(),
    seconds: (performance.now() - started) / 1000,
    output,
    counts,
  }
}

/** `stop` ends the waiting and says whether the time had run out. */
function interruptAfter(child: ChildProcess, minutes: number): { stop: () => boolean } {
  let ranOut = false
  let kill: NodeJS.Timeout | undefined
  const interrupt = setTimeout(() => {
    ranOut = true
    child.kill('SIGINT')
    kill = setTimeout(() => child.kill('SIGKILL'), 10_000)
  }, minutes * 60_000)
  const stop = (): boolean => {
    clearTimeout(interrupt)
    clearTimeout(kill)
    return ranOut
  }
  return { stop }
}

/** Reads "ℹ tests 12" and its neighbours, the closing lines of node:test's spec reporter. */
function countsIn(output: string): Counts {
  const counts = Object.fromEntries(counted.map((name) => [name, 0])) as Counts
  for (const [, name, number] of output.matchAll(/^ℹ (\w+) (\d+)$/gm)) {
    if (isCounted(name!)) counts[name] += Number(number)
  }
  return counts
}

export function sumOf(outcomes: readonly Outcome[]): Counts {
  const sum = countsIn('')
  for (const { counts } of outcomes) for (const name of counted) sum[name] += counts[name]
  return sum
}

/** `unit    passed   3.2 s  412 tests, 3 skipped` */
export function lineOf({ step, passed, seconds, counts }: Outcome): string {
  const tests = counts.tests > 0 ? `${counts.tests} tests` : ''
  const rest = (['fail', 'cancelled', 'skipped'] as const).filter((name) => counts[name] > 0)
  const words = [tests, ...rest.map((name) => `${counts[name]} ${name}`)]
    .filter((text) => text !== '')
    .join(', ')
  const verdict = passed ? 'passed' : 'FAILED'
  return `${step.name.padEnd(8)} ${verdict} ${seconds.toFixed(1).padStart(6)} s  ${words}`.trimEnd()
}

function isCounted(name: string): name is keyof Counts {
  return (counted as readonly string[]).includes(name)
}

function installed(path: string): string {
  return join(root, 'node_modules', path)
}
