import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Metric } from './exposition.ts'

/** Of this process, by the names that Prometheus' own client libraries give them. The longest stall is that since it was asked last. */
export function processMetrics(): { read(): Metric[]; close(): void } {
  const delay = monitorEventLoopDelay({ resolution: 10 })
  delay.enable()
  return {
    read() {
      const { user, system } = process.cpuUsage()
      const { rss, heapUsed } = process.memoryUsage()
      const stalled = delay.max / 1e9
      delay.reset()
      return [
        gauge('process_resident_memory_bytes', 'Memory of the process in bytes.', rss),
        gauge('nodejs_heap_size_used_bytes', 'Heap in use in bytes.', heapUsed),
        {
          name: 'process_cpu_seconds_total',
          help: 'Processor time in seconds.',
          type: 'counter',
          samples: [{ value: (user + system) / 1e6 }],
        },
        gauge(
          'nodejs_eventloop_lag_max_seconds',
          'Longest stall of the event loop since it was asked last.',
          stalled,
        ),
      ]
    },
    close: () => delay.disable(),
  }
}

const gauge = (name: string, help: string, value: number): Metric => ({
  name,
  help,
  type: 'gauge',
  samples: [{ value }],
})
